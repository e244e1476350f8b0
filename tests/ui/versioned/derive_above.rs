use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[derive(Serialize, Deserialize)]
#[versioned]
#[serde(rename_all = "camelCase")]
struct Payment {
    #[renamed(in = "2024-12-18", was(number))]
    id: u64,
}

fn main() {}
