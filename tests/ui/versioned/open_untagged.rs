use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned(open = Unknown)]
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Status {
    Active,
    #[added(in = "2025-09-30")]
    Late,
    Unknown,
}

fn main() {}
