use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    Active,
    #[renamed(in = "2024-12-18", was(CANCELED))]
    Canceled,
}

fn main() {}
