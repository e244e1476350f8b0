use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Payment {
    #[changed(
        in = "2024-12-18",
        was(amount: i64, currency: String),
        upgrade = |amount, currency| (amount, currency),
        downgrade = |money: &(i64, String)| money.clone(),
    )]
    money: (i64, String),
    currency: u16,
}

fn main() {}
