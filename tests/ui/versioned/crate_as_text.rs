use serde::Serialize;
use steadfast::versioned;

#[versioned(crate = "api")] //~ ERROR: `crate` takes a path
#[derive(Serialize)]
struct Payment {
    #[renamed(in = "2025-09-30", was(cents))]
    amount: i64,
}

fn main() {}
