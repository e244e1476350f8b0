use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Payment {
    #[changed(in = "2024-12-18", was(amount_cents), upgrade = u64::from, downgrade = u32::from)]
    amount: u64,
}

fn main() {}
