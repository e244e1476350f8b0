use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[derive(Serialize, Deserialize)]
struct Plain {
    id: u64,
}

#[versioned]
#[derive(Serialize, Deserialize)]
enum Event {
    #[renamed(in = "2025-09-30", was(Bought))]
    Paid {
        held: Plain, //~ ERROR
    },
    Closed,
}

fn main() {}
