use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
#[removed(in = "2025-09-30", was(PaidOut { amount: Option<i64>, fee: i64 }))]
enum Status {
    Active,
}

fn main() {}
