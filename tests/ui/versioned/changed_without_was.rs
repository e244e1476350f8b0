use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Payment {
    #[changed(in = "2024-12-18", upgrade = Money::from_parts, downgrade = Money::to_parts)]
    amount: Money,
}

#[derive(Serialize, Deserialize)]
struct Money {
    value: i64,
    currency: String,
}

impl Money {
    fn from_parts(value: i64, currency: String) -> Self {
        Self { value, currency }
    }

    fn to_parts(&self) -> (i64, String) {
        (self.value, self.currency.clone())
    }
}

fn main() {}
