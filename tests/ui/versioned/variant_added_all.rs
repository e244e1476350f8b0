use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
enum Status {
    #[added(in = "2025-09-30", downgrade = Status::earlier)]
    Active(u8),
}

impl Status {
    fn earlier(&self) -> Self {
        Self::Active(0)
    }
}

fn main() {}
