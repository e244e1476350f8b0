use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
#[retagged(in = "2025-09-30", was(tag = "type"))]
enum Status {
    Active,
    Moved(u32, u32),
}

fn main() {}
