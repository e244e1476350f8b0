use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use steadfast::versioned;

#[derive(Serialize, Deserialize)]
struct Plain {
    id: u64,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Order {
    id: u64,
    held: BTreeMap<String, Plain>, //~ ERROR
}

fn main() {}
