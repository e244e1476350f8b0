use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Payment {
    #[serde(rename = "type")]
    kind: u64,
    #[removed(in = "2024-12-18", was(r#type: u64), default)]
    amount: u64,
}

fn main() {}
