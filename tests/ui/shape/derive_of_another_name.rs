use serde::{Deserialize, Serialize as Written};
use steadfast::versioned;

#[versioned]
#[derive(Written, Deserialize)]
struct Order { //~ ERROR
    #[renamed(in = "2025-09-30", was(number))]
    id: u64,
}

fn main() {}
