use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use steadfast::versioned;

#[derive(PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
enum Plain {
    A,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Order {
    id: u64,
    held: BTreeSet<Plain>, //~ ERROR
}

fn main() {}
