use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Payment {
    #[changed(in = "2024-12-18", was(amount: u32), upgrade = u64::from, downgrade = narrow, lossless, lossy = "large ones")]
    amount: u64,
}

fn narrow(amount: &u64) -> u32 {
    u32::try_from(*amount).unwrap_or(u32::MAX)
}

fn main() {}
