use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Order {
    id: u64,
    held: serde_json::Number, //~ ERROR
}

fn main() {}
