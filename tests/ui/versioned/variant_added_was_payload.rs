use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
enum Status {
    Active(u32),
    #[added(in = "2025-09-30", was(Active))]
    RequiresAction,
}

fn main() {}
