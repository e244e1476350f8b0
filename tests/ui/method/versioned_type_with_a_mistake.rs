use serde::{Deserialize, Serialize};
use steadfast::{Versioned, api_version, get, versioned};

#[versioned]
#[derive(Serialize, Deserialize)]
struct Ticket {
    #[renamed(in = "2025-09-31", was(seat))] //~ ERROR
    seat_no: u32,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Order {
    // What holds a type with a mistake is no second error.
    tickets: Vec<Ticket>,
}

#[get("/orders")]
#[api_version(since = "2024-01-15")]
async fn list() -> Versioned<Order> {
    loop {}
}

fn main() {}
