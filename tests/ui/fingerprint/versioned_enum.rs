use serde::{Deserialize, Serialize};
use steadfast::{Fingerprint, versioned};

#[versioned]
#[derive(Serialize, Deserialize, Fingerprint)] //~ ERROR
enum Status {
    #[renamed(in = "2025-09-30", was(Canceled))]
    Cancelled,
}

fn main() {}
