use serde::{Deserialize, Serialize};
use steadfast::{Fingerprint, versioned};

#[versioned]
#[derive(Serialize, Deserialize, Fingerprint)]
enum Method {
    #[renamed(in = "2025-09-30", was(Plastic))]
    Card {
        number: String,
        #[fingerprint(skpi)] //~ ERROR
        typed_in: u64,
    },
}

fn main() {}
