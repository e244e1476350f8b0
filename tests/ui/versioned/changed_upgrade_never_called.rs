use serde::Serialize;
use steadfast::versioned;

#[versioned]
#[derive(Serialize)]
struct Payment {
    #[changed(in = "2024-12-18", was(cents: u32), upgrade = u64::from, downgrade = low)]
    amount: u64,
}

fn low(amount: &u64) -> u32 {
    u32::try_from(*amount).unwrap_or(u32::MAX)
}

fn main() {}
