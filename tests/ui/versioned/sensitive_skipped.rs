use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Card {
    last4: String,
    #[sensitive]
    #[serde(skip_serializing)]
    number: Option<String>,
}

fn main() {}
