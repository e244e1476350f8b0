use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned(open = Unknown)]
#[derive(Serialize, Deserialize)]
#[serde(tag = "type")]
enum Status {
    Active,
    #[added(in = "2025-09-30")]
    Late,
    Unknown,
    #[serde(other)]
    Other,
}

fn main() {}
