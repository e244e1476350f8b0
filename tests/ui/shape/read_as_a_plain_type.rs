use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[derive(Serialize, Deserialize)]
struct Plain {
    id: u64,
}

#[versioned]
#[derive(Serialize, Deserialize)]
#[serde(from = "Plain")] //~ ERROR
struct Order {
    number: u64,
}

impl From<Plain> for Order {
    fn from(plain: Plain) -> Self {
        Self { number: plain.id }
    }
}

fn main() {}
