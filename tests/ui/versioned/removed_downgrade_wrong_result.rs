use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
#[removed(in = "2024-12-18", was(legacy_ref: String), downgrade = Payment::legacy_ref)]
struct Payment {
    amount: i64,
}

impl Payment {
    fn legacy_ref(&self) -> Result<i64, String> {
        Ok(self.amount)
    }
}

fn main() {}
