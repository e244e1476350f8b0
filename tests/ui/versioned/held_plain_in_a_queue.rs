use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use steadfast::versioned;

#[derive(Serialize, Deserialize)]
struct Plain {
    id: u64,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Order {
    id: u64,
    held: VecDeque<Plain>, //~ ERROR
}

fn main() {}
