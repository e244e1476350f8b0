use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
enum Status {
    Active,
    #[added(in = "2025-09-30", was(Active))]
    #[renamed(in = "2024-12-18", was(Stopped))]
    Canceled,
}

fn main() {}
