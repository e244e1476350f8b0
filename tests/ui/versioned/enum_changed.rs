use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
#[changed(in = "2025-09-30", was(String), upgrade = parse, downgrade = text)]
enum Status {
    Active,
}

fn main() {}
