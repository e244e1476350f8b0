use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Order {
    id: u64,
    held: Map<String, Value>, //~ ERROR
}

fn main() {}
