use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Pair(#[renamed(in = "2025-09-30", was(first))] u32, u32);

fn main() {}
