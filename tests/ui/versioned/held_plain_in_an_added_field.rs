use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[derive(Default, Serialize, Deserialize)]
struct Plain {
    id: u64,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Order {
    id: u64,
    #[added(in = "2025-09-30", default)]
    held: Plain, //~ ERROR
}

fn main() {}
