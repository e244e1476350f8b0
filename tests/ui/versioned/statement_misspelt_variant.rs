use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
enum Status {
    #[add(in = "2024-12-18", was(Open))]
    Pending,
    Open,
}

fn main() {}
