use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned(since = "2024-12-18")]
#[derive(Serialize, Deserialize)]
struct Payment {
    #[renamed(in = "2024-12-18", was(number))]
    id: u64,
}

fn main() {}
