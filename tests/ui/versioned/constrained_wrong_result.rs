use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Payment {
    #[constrained(in = "2024-12-18", check = is_positive)]
    amount: i64,
}

fn is_positive(amount: &i64) -> bool {
    *amount > 0
}

fn main() {}
