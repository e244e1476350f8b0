use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Order {
    #[opaque]
    #[renamed(in = "2025-09-30", was(number))]
    id: u64, //~ ERROR
}

fn main() {}
