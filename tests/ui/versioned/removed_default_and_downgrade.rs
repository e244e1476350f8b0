use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Payment {
    #[removed(in = "2024-12-18", was(legacy: u64), default, downgrade = Payment::legacy)]
    amount: u64,
}

impl Payment {
    fn legacy(&self) -> u64 {
        self.amount
    }
}

fn main() {}
