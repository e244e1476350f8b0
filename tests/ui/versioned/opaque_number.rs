use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Order {
    #[opaque]
    id: u64, //~ ERROR
}

fn main() {}
