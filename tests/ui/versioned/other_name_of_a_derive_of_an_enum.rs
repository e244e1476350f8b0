use serde::{Deserialize, Serialize as S};
use steadfast::versioned;

#[versioned]
#[derive(S, Deserialize)]
enum Status { //~ ERROR
    #[renamed(in = "2025-09-30", was(Open))]
    Active,
}

fn main() {}
