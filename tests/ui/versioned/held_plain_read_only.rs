use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[derive(Serialize, Deserialize)]
struct Plain {
    id: u64,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Order {
    #[serde(skip_serializing)]
    held: Plain, //~ ERROR
}

fn main() {}
