use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use steadfast::versioned;

#[derive(PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
enum Key {
    A,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Order {
    held: BTreeMap<Key, u8>, //~ ERROR
}

fn main() {}
