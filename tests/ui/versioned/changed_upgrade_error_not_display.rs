use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Payment {
    #[changed(in = "2024-12-18", was(cents: i64), upgrade = positive, downgrade = i64::clone)]
    amount: i64,
}

struct Negative;

fn positive(cents: i64) -> Result<i64, Negative> {
    if cents > 0 { Ok(cents) } else { Err(Negative) }
}

fn main() {}
