use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[derive(Serialize, Deserialize)]
struct Plain {
    id: u64,
}

type Held = Vec<Plain>;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Order {
    held: Held, //~ ERROR
}

fn main() {}
