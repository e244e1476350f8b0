use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct Payment {
    #[changed(in = "2024-12-18", was(#[serde(default)] cents: u32), upgrade = u64::from, downgrade = cents)]
    amount: u64,
}

fn cents(_: &u64) -> u32 {
    0
}

fn main() {}
