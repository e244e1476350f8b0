use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct Payment {
    #[renamed(in = "2024-12-18", was(number))]
    id: u64,
}

fn main() {}
