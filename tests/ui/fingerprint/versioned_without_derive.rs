use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Payment {
    #[renamed(in = "2025-09-30", was(client_time))]
    #[fingerprint(skip)] //~ ERROR
    sent_at: u64,
}

fn main() {}
