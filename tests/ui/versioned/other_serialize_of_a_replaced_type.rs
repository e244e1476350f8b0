use serde::{Deserialize, Serialize, Serializer};
use steadfast::versioned;

#[versioned]
#[derive(Deserialize)]
#[replaced(in = "2025-09-30", was(u64), upgrade = up)]
struct Order { //~ ERROR
    id: u64,
}

fn up(id: u64) -> Order {
    Order { id }
}

impl Serialize for Order {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(self.id)
    }
}

fn main() {}
