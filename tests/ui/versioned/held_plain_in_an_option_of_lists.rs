use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[derive(Serialize, Deserialize)]
struct Plain {
    id: u64,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Order {
    id: u64,
    held: Option<Vec<Plain>>, //~ ERROR
}

fn main() {}
