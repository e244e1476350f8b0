use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Payment {
    id: u64,
    #[sensitive]
    #[serde(flatten)]
    card: Card,
}

#[derive(Serialize, Deserialize)]
struct Card {
    number: String,
}

fn main() {}
