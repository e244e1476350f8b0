use serde::{Deserialize, Serialize};
use serde_json::Value;
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Order {
    #[opaque]
    #[opaque] //~ ERROR
    #[renamed(in = "2025-09-30", was(details))]
    held: Value,
}

fn main() {}
