use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
#[removed(in = "2024-12-18", was(note: String), default)]
struct Payment {
    id: u64,
}

fn main() {}
