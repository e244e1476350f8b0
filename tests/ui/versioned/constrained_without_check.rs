use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Payment {
    #[constrained(in = "2024-12-18", note = "Amounts are positive.")]
    amount: i64,
}

fn main() {}
