use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
enum Status {
    Active,
    #[removed(in = "2024-12-18", was(Pending), upgrade = Status::Active)]
    Canceled,
}

fn main() {}
