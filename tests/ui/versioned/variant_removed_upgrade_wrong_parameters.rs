use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
#[removed(in = "2025-09-30", was(Partial(u32)), upgrade = Status::partial)]
enum Status {
    Active,
}

impl Status {
    fn partial(amount: u32, fee: u32) -> Self {
        let _ = amount + fee;
        Self::Active
    }
}

fn main() {}
