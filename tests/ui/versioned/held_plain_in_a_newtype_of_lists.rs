use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[derive(Serialize, Deserialize)]
struct Plain {
    id: u64,
}

#[versioned]
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct Orders {
    all: Vec<Plain>, //~ ERROR
}

fn main() {}
