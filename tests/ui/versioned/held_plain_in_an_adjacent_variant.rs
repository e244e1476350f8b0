use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[derive(Serialize, Deserialize)]
struct Plain {
    id: u64,
}

#[versioned]
#[derive(Serialize, Deserialize)]
#[serde(tag = "type", content = "value")]
enum Event {
    Paid { held: Plain }, //~ ERROR
    Closed,
}

fn main() {}
