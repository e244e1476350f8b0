use serde::{Deserialize, Serialize};
use steadfast::{Fingerprint, versioned};

#[derive(Fingerprint)]
#[versioned] //~ ERROR
#[derive(Serialize, Deserialize)]
struct Payment {
    #[renamed(in = "2025-09-30", was(client_time))]
    sent_at: u64,
}

fn main() {}
