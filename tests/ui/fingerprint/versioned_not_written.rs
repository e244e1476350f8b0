use serde::Deserialize;
use steadfast::{Fingerprint, versioned};

#[versioned]
#[derive(Deserialize, Fingerprint)] //~ ERROR
struct Payment {
    #[renamed(in = "2025-09-30", was(client_time))]
    #[fingerprint(skip)]
    sent_at: u64,
}

fn main() {}
