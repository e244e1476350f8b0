use serde::{Deserialize, Serialize};
use steadfast::{Fingerprint, versioned};

#[versioned]
#[derive(Serialize, Deserialize, Fingerprint)]
struct Payment { //~ ERROR
    #[renamed(in = "2025-09-30", was(created))]
    #[fingerprint(skip)]
    sent_at: u64,
    #[renamed(in = "2025-09-30", was(due))]
    created: u64,
}

fn main() {}
