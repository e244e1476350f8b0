use serde::{Deserialize, Serialize};
use steadfast::{Fingerprint, versioned};

#[derive(Serialize, Deserialize, Fingerprint)]
struct Line {
    text: String,
    #[fingerprint(skip)]
    seen: u64,
}

#[versioned]
#[derive(Serialize, Deserialize, Fingerprint)]
struct Order {
    #[renamed(in = "2025-09-30", was(items))]
    #[opaque]
    lines: Vec<Line>, //~ ERROR
}

fn main() {}
