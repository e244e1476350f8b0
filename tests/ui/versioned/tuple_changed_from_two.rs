use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Pair(#[changed(in = "2025-09-30", was(u8, String), upgrade = parse, downgrade = text)] u32, u32);

fn main() {}
