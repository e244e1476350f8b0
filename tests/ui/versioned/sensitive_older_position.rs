use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Card(
    #[changed(in = "2025-09-30", was(#[sensitive] String), upgrade = |_| 0, downgrade = u64::to_string)] u64,
    u64,
);

fn main() {}
