use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
enum Status {
    #[renamed(in = "2024-12-18", was(Open))]
    Active,
    Partial {
        #[constrained(check = positive)]
        amount: i64,
    },
}

fn main() {}
