use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Payment {
    #[added(in = "2025-09-30", default)]
    priority: Priority,
}

#[versioned]
#[derive(Serialize, Deserialize)]
enum Priority {
    Normal,
    High,
}

fn main() {}
