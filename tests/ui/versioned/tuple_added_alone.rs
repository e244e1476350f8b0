use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Pair(#[added(in = "2025-09-30", default)] u32);

fn main() {}
