use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned(open = Unknwon)]
#[derive(Serialize, Deserialize)]
enum Status {
    Active,
    #[added(in = "2025-09-30")]
    Late,
    Unknown,
}

fn main() {}
