use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
enum Status {
    Active,
    #[added(in = "2025-09-30")]
    Partial(u32),
}

fn main() {}
