use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[derive(Serialize, Deserialize)]
struct Plain {
    id: u64,
}

#[versioned]
#[derive(Serialize, Deserialize)]
#[serde(from = "Vec<Plain>")] //~ ERROR
enum Order {
    Closed,
}

impl From<Vec<Plain>> for Order {
    fn from(_: Vec<Plain>) -> Self {
        Self::Closed
    }
}

fn main() {}
