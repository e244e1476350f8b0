use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Payment {
    #[renamed(in = "2024-12-18", was(customer))]
    #[changed(in = "2024-12-18", was(customer_number: u64), upgrade = text, downgrade = number)]
    customer_id: String,
}

fn text(number: u64) -> String {
    number.to_string()
}

fn number(text: &String) -> u64 {
    text.parse().unwrap_or(0)
}

fn main() {}
