use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
#[serde(tag = "type")]
#[retagged(in = "2025-09-30", was(tag = "type"))]
enum Status {
    Active,
}

fn main() {}
