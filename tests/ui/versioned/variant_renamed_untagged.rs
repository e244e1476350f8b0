use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Amount {
    #[renamed(in = "2024-12-18", was(Number))]
    Cents(u64),
    Text(String),
}

fn main() {}
