use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Cents(#[changed(in = "2025-09-30", was(cents: u32))] u64);

fn main() {}
