use serde::{Deserialize, Serialize};
use steadfast::{Known, versioned};

#[derive(Serialize, Deserialize)]
struct Plain {
    id: u64,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Order {
    id: u64,
    held: Known<Plain>, //~ ERROR
}

fn main() {}
