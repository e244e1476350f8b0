use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[derive(Serialize, Deserialize)]
struct Plain {
    id: u64,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Page<T> {
    data: Vec<T>,
    held: Plain, //~ ERROR
}

fn main() {}
