use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Payment {
    #[changed(in = "2024-12-18", was(amount: Cents), upgrade = money, downgrade = cents)]
    amount: u64,
}

#[derive(Serialize)]
struct Cents(u64);

fn money(cents: Cents) -> u64 {
    cents.0
}

fn cents(amount: &u64) -> Cents {
    Cents(*amount)
}

fn main() {}
