use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Payment {
    #[versioned(renamed(in = "2024-12-18", was(customer)))]
    customer_id: String,
}

fn main() {}
