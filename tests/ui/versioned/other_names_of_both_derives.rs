use serde::{Deserialize as D, Serialize as S};
use steadfast::versioned;

#[versioned]
#[derive(S, D)]
struct Order { //~ ERROR
    #[renamed(in = "2025-09-30", was(number))]
    id: u64,
}

fn main() {}
