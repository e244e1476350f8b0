use serde::{Deserialize, Serialize};
use serde_json::Value;
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
enum Event {
    #[opaque] //~ ERROR
    Paid(Value),
}

fn main() {}
