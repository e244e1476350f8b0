use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
#[opaque] //~ ERROR
struct Order {
    #[renamed(in = "2025-09-30", was(number))]
    id: u64,
}

fn main() {}
