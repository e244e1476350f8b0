use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
#[removed(in = "2025-09-30", was(third: u8), default)]
struct Pair(u32, u32);

fn main() {}
