use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
#[replaced(in = "2025-09-30", was(Vec<u32>))]
struct Page {
    items: Vec<u32>,
}

fn main() {}
