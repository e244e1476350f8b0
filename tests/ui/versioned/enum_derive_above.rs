use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[derive(Serialize, Deserialize)]
#[versioned]
#[serde(rename_all = "snake_case")]
enum Status {
    Active,
    #[added(in = "2025-09-30", was(Active))]
    Late,
}

fn main() {}
