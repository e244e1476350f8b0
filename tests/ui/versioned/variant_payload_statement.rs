use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
enum Status {
    Active,
    Partial(#[changed(in = "2024-12-18", was(u8), upgrade = u32::from, downgrade = narrow)] u32),
}

fn main() {}
