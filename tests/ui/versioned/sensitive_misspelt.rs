use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Intent {
    id: u64,
    #[sensitve]
    client_secret: Option<String>,
}

fn main() {}
