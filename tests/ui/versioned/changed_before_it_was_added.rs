use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Payment {
    #[added(in = "2025-09-30", default)]
    #[renamed(in = "2024-12-18", was(urgency))]
    priority: u8,
}

fn main() {}
