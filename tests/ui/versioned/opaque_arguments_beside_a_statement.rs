use serde::{Deserialize, Serialize};
use serde_json::Value;
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Order {
    #[opaque(json)] //~ ERROR
    held: Value,
    #[renamed(in = "2025-09-30", was(number))]
    id: u64,
}

fn main() {}
