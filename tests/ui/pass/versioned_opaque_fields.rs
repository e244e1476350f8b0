//! `#[opaque]` wherever a field stands, with and without a statement beside it.
use serde::{Deserialize, Serialize};
use serde_json::Value;
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
enum Event {
    #[renamed(in = "2025-09-30", was(Bought))]
    Paid {
        #[opaque]
        details: Value,
    },
    Refunded(#[opaque] Value),
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Order(u64, #[opaque] Value);

#[versioned]
#[derive(Serialize, Deserialize)]
struct Payment {
    #[opaque]
    #[renamed(in = "2025-09-30", was(metadata))]
    details: Value,
}

fn main() {}
