use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Payment {
    id: u64,
    #[serde(flatten)]
    #[renamed(in = "2024-12-18", was(buyer))]
    customer: Customer,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Customer {
    name: String,
}

fn main() {}
