use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Deserialize)]
struct Order { //~ ERROR
    #[renamed(in = "2025-09-30", was(number))]
    id: u64,
}

impl Serialize for Order {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(self.id)
    }
}

fn main() {}
