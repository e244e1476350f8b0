use serde::{Deserialize, Serialize};
use serde_json::Value;
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
#[opaque] //~ ERROR
struct Order {
    held: Value,
}

fn main() {}
