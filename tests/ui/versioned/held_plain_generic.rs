use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[derive(Serialize, Deserialize)]
struct Plain<T> {
    id: T,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Order {
    id: u64,
    held: Plain<u64>, //~ ERROR
}

fn main() {}
