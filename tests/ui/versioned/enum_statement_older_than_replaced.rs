use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
#[replaced(in = "2025-09-30", was(bool), upgrade = |_| Status::Active, downgrade = |_| true)]
enum Status {
    Active,
    #[added(in = "2024-12-18", was(Active))]
    Late,
}

fn main() {}
