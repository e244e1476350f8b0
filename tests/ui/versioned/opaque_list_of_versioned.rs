use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Ticket {
    #[renamed(in = "2025-09-30", was(seat))]
    seat_no: u32,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Order {
    #[opaque]
    held: Vec<Ticket>, //~ ERROR
}

fn main() {}
