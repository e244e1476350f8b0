use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payment {
    #[renamed(in = "2024-12-18", was(customerId))]
    customer: String,
    customer_id: u64,
}

fn main() {}
