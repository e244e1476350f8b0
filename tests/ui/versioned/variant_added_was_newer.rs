use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
enum Status {
    Active,
    #[added(in = "2025-09-30", was(Expired))]
    RequiresAction,
    #[added(in = "2026-01-01", was(Active))]
    Expired,
}

fn main() {}
