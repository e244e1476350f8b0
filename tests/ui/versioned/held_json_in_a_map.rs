use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Order {
    id: u64,
    held: BTreeMap<String, Value>, //~ ERROR
}

fn main() {}
