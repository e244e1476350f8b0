use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Payment {
    #[changed(in = "2024-12-18", was(amount_cents: i64), upgrade = Money::from_parts, downgrade = Money::cents)]
    amount: Money,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Money {
    value: i64,
    currency: String,
}

impl Money {
    fn from_parts(value: i64, currency: String) -> Self {
        Self { value, currency }
    }

    fn cents(&self) -> i64 {
        self.value
    }
}

fn main() {}
