use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
#[added(in = "2025-09-30", was(Active))]
enum Status {
    Active,
}

fn main() {}
