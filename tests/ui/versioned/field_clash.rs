use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Payment {
    seat: u8,
    #[serde(rename = "seat")]
    place: u8,
    #[added(in = "2024-12-18", default)]
    row: u8,
}

fn main() {}
