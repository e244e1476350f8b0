use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Payment {
    #[changed(in = "2024-12-18", was(cents: i64), upgrade = positive, downgrade = i64::clone)]
    amount: i64,
}

fn positive(cents: i64) -> Option<i64> {
    Some(cents).filter(|cents| *cents > 0)
}

fn main() {}
