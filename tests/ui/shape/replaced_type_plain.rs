use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[derive(Serialize, Deserialize)]
struct Plain {
    id: u64,
}

#[versioned]
#[derive(Serialize, Deserialize)]
#[replaced(in = "2025-09-30", was(Plain), upgrade = up, downgrade = down)] //~ ERROR
struct Order {
    number: u64,
}

fn up(plain: Plain) -> Order {
    Order { number: plain.id }
}

fn down(order: &Order) -> Plain {
    Plain { id: order.number }
}

fn main() {}
