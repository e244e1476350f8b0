use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Payment {
    #[renamed(in = "2024-12-18", was(customer_id))]
    customer: String,
    customer_id: u64,
}

fn main() {}
