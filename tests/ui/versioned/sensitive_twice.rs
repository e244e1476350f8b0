use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Card {
    #[sensitive]
    #[sensitive]
    number: Option<String>,
}

fn main() {}
