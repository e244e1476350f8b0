use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
#[removed(in = "2024-12-18", was(note: String), default)]
struct Nothing;

fn main() {}
