use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Card {
    #[sensitive(in = "2025-09-30")]
    number: Option<String>,
}

fn main() {}
