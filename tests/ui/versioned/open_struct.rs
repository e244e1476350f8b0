use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned(open = Unknown)]
#[derive(Serialize, Deserialize)]
struct Payment {
    #[added(in = "2025-09-30", default)]
    late: bool,
}

fn main() {}
