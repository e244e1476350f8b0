use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[derive(Serialize, Deserialize)]
struct Plain {
    id: u64,
}

#[versioned]
#[derive(Serialize, Deserialize)]
#[serde(try_from = "Plain")] //~ ERROR
struct Order {
    number: u64,
}

impl TryFrom<Plain> for Order {
    type Error = String;

    fn try_from(plain: Plain) -> Result<Self, String> {
        Ok(Self { number: plain.id })
    }
}

fn main() {}
