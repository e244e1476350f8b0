use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
enum Status {
    Active,
    #[added(in = "2025-09-30", downgrade = Status::earlier)]
    Partial(u32),
}

impl Status {
    fn earlier(&self, amount: u32) -> Self {
        Self::Partial(amount)
    }
}

fn main() {}
