use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Payment {
    #[removed(in = "2024-12-18", was(legacy: u64), default, lossless)]
    amount: u64,
}

fn main() {}
