use serde::{Deserialize, Serialize};
use serde_json::Value;
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Order {
    #[opaque]
    #[opaque] //~ ERROR
    held: Value,
}

fn main() {}
