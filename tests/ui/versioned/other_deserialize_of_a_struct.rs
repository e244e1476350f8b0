use serde::{Deserialize, Deserializer, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize)]
struct Order { //~ ERROR
    #[renamed(in = "2025-09-30", was(number))]
    id: u64,
}

impl<'de> Deserialize<'de> for Order {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        u64::deserialize(deserializer).map(|id| Self { id })
    }
}

fn main() {}
