use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[derive(Serialize, Deserialize)]
struct Plain {
    id: u64,
}

#[versioned]
#[derive(Serialize, Deserialize)]
#[removed(in = "2025-09-30", was(Bought(Plain)), upgrade = bought)] //~ ERROR
enum Event {
    Paid(u64),
}

fn bought(plain: Plain) -> Event {
    Event::Paid(plain.id)
}

fn main() {}
