use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Payment {
    #[changed(in = "2024-12-18", was(amount_cents: i64), upgrade = Money::from_cents, downgrade = Money::cents)]
    amount: Money,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Money {
    value: i64,
    currency: String,
}

impl Money {
    fn from_cents(value: i64) -> Self {
        Self { value, currency: String::new() }
    }

    fn cents(&self) -> u64 {
        self.value.unsigned_abs()
    }
}

fn main() {}
