use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
enum Status {
    Active,
    #[renamed(in = "2024-12-18", was(Part))]
    Partial {
        #[renamed(in = "2024-12-18", was(cents))]
        amount: u32,
    },
}

fn main() {}
