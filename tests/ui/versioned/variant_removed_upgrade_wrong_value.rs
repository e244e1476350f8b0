use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
#[removed(in = "2025-09-30", was(Pending), upgrade = 7)]
enum Status {
    Active,
}

fn main() {}
