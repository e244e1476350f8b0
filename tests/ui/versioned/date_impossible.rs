use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Payment {
    #[added(in = "2025-02-29", default)]
    priority: u8,
}

fn main() {}
