use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Payment {
    #[changed(in = "2024-12-18", was(cents: u8), upgrade = i64::from, downgrade = |amount: &i64| -> Option<u8> { Some(*amount as u8) })]
    amount: i64,
}

fn main() {}
