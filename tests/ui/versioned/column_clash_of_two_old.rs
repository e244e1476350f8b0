use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Payment {
    #[renamed(in = "2024-12-18", was(buyer))]
    customer: String,
    #[renamed(in = "2024-12-18", was(#[serde(rename = "buyer")] payer))]
    paid_by: String,
}

fn main() {}
