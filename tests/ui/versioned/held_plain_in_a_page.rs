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
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Orders {
    page: Page<Plain>, //~ ERROR
}

fn main() {}
