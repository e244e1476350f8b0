use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct Payment {
    id: u64,
    #[added(in = "2024-12-18", default)]
    note: String,
}

fn main() {}
