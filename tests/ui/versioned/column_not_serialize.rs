use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Payment {
    #[renamed(in = "2024-12-18", was(sum))]
    amount: Cents,
}

#[derive(Deserialize)]
struct Cents(u64);

fn main() {}
