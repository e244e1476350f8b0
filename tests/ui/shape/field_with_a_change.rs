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
    #[renamed(in = "2025-09-30", was(old))]
    held: Plain, //~ ERROR
}

fn main() {}
