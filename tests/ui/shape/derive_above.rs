use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[derive(Serialize)]
#[versioned]
#[derive(Deserialize)]
struct Order { //~ ERROR
    #[renamed(in = "2025-09-30", was(number))]
    id: u64,
}

fn main() {}
