use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[derive(Serialize, Deserialize)]
struct Plain {
    id: u64,
}

#[versioned]
#[derive(Serialize, Deserialize)]
#[serde(tag = "type")]
enum Event {
    Paid(Plain), //~ ERROR
    Closed,
}

fn main() {}
