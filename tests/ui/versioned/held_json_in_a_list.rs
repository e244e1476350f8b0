use serde::{Deserialize, Serialize};
use serde_json::Value;
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Order {
    id: u64,
    held: Vec<Value>, //~ ERROR
}

fn main() {}
