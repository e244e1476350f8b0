use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Payment {
    #[added(in = "2025-09-30")]
    priority: Option<Vec<u8>>,
}

fn main() {}
