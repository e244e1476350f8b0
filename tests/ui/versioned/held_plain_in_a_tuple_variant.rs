use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[derive(Serialize, Deserialize)]
struct Plain {
    id: u64,
}

#[versioned]
#[derive(Serialize, Deserialize)]
enum Event {
    Paid(u64, Plain), //~ ERROR
    Closed,
}

fn main() {}
