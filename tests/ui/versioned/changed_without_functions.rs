use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Payment {
    #[changed(in = "2024-12-18", was(amount_cents: i64, currency: Option<String>))]
    amount: Money,
}

#[derive(Serialize, Deserialize)]
struct Money {
    value: i64,
    currency: String,
}

fn main() {}
