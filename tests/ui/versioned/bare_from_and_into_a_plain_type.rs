use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[derive(Serialize, Deserialize)]
struct Plain {
    id: u64,
}

#[versioned]
#[derive(Clone, Serialize, Deserialize)]
#[serde(from = "Plain", into = "Plain")] //~ ERROR
struct Order {
    number: u64,
}

impl From<Plain> for Order {
    fn from(plain: Plain) -> Self {
        Self { number: plain.id }
    }
}

impl From<Order> for Plain {
    fn from(order: Order) -> Self {
        Self { id: order.number }
    }
}

fn main() {}
