use serde::Deserialize;
use steadfast::versioned;

#[versioned]
#[derive(Deserialize)]
enum Status {
    Active,
    #[added(in = "2025-09-30", downgrade = |_| Status::Active)]
    Partial(u32),
}

fn main() {}
