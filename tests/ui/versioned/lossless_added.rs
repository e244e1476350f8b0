use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Payment {
    #[added(in = "2024-12-18", default, lossless)]
    priority: u8,
}

fn main() {}
