use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Payment {
    #[changed(in = "2024-12-18", was(amount: i64), upgrad = u64::from, downgrade = i64::from)]
    amount: u64,
}

fn main() {}
