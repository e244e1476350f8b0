use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Pair(#[changed(in = "2025-09-30", was(u8), upgrade = u32::from, downgrade = narrow)] u32, u32);

fn main() {}
