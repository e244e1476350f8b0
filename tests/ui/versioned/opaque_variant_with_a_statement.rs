use serde::{Deserialize, Serialize};
use serde_json::Value;
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
enum Event {
    #[opaque] //~ ERROR
    #[renamed(in = "2025-09-30", was(Bought))]
    Paid(Value),
}

fn main() {}
