use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned(open = Unknown)]
#[derive(Serialize, Deserialize)]
#[retagged(in = "2025-09-30", was(untagged))]
enum Status {
    Active,
    Unknown,
}

fn main() {}
