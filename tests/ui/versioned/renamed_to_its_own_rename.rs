use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Payment {
    id: u64,
    #[serde(rename = "customerId")]
    #[renamed(in = "2024-12-18", was(#[serde(rename = "customerId")] customer))]
    customer_id: u64,
}

fn main() {}
