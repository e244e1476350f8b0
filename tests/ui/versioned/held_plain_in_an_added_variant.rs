use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[derive(Serialize, Deserialize)]
struct Plain {
    id: u64,
}

#[versioned]
#[derive(Serialize, Deserialize)]
enum Event {
    Closed,
    #[added(in = "2025-09-30", downgrade = closed)]
    Paid(Plain), //~ ERROR
}

fn closed(_: &Event) -> Event {
    Event::Closed
}

fn main() {}
