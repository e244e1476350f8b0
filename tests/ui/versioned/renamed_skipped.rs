use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Payment {
    id: u64,
    #[serde(skip)]
    #[renamed(in = "2024-12-18", was(buyer))]
    customer: u64,
}

fn main() {}
