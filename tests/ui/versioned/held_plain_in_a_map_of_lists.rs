use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use steadfast::versioned;

#[derive(Serialize, Deserialize)]
struct Plain {
    id: u64,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Order {
    id: u64,
    held: HashMap<String, Vec<Plain>>, //~ ERROR
}

fn main() {}
