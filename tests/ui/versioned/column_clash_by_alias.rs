use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Payment {
    #[serde(alias = "buyer")]
    customer: String,
    #[renamed(in = "2024-12-18", was(buyer))]
    payer: String,
}

fn main() {}
