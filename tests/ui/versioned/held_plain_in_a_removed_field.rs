use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[derive(Default, Serialize, Deserialize)]
struct Plain {
    id: u64,
}

#[versioned]
#[derive(Serialize, Deserialize)]
#[removed(in = "2025-09-30", was(held: Plain), default)] //~ ERROR
struct Order {
    id: u64,
}

fn main() {}
