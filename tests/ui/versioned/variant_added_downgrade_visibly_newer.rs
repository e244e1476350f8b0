use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
enum Status {
    Active,
    #[added(in = "2025-09-30", downgrade = |_| Status::Expired)]
    Partial(u32),
    #[added(in = "2025-09-30", was(Active))]
    Expired,
}

fn main() {}
