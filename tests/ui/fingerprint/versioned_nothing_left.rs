use serde::{Deserialize, Serialize};
use steadfast::{Fingerprint, versioned};

#[versioned]
#[derive(Serialize, Deserialize, Fingerprint)]
struct Reference(#[fingerprint(skip)] String); //~ ERROR

fn main() {}
