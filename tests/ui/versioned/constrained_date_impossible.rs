use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Payment {
    #[constrained(in = "2024-12-32", check = positive)]
    amount: i64,
}

fn positive(amount: &i64) -> Result<(), String> {
    if *amount > 0 { Ok(()) } else { Err("must be positive".to_owned()) }
}

fn main() {}
