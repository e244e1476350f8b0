use serde::{Deserialize, Serialize};
use std::sync::Mutex;
use steadfast::versioned;

#[derive(Serialize, Deserialize)]
struct Plain {
    id: u64,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Order {
    id: u64,
    held: Mutex<Plain>, //~ ERROR
}

fn main() {}
