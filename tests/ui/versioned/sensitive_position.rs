use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Card(
    u64,
    #[sensitive]
    #[added(in = "2025-09-30", default)]
    Option<String>,
);

fn main() {}
