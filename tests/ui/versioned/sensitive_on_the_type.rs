use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
#[sensitive]
struct Card {
    #[added(in = "2025-09-30", default)]
    number: Option<String>,
}

fn main() {}
