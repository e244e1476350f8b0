use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
#[retagged(in = "2025-09-30", was(tag = "type"))]
#[retagged(in = "2025-09-30", was(untagged))]
enum Status {
    Active,
}

fn main() {}
