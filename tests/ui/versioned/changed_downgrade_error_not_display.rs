use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Payment {
    #[changed(in = "2024-12-18", was(cents: u8), upgrade = i64::from, downgrade = small)]
    amount: i64,
}

struct TooLarge;

fn small(amount: &i64) -> Result<u8, TooLarge> {
    u8::try_from(*amount).map_err(|_| TooLarge)
}

fn main() {}
