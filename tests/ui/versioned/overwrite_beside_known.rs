use serde::{Deserialize, Serialize};
use steadfast::{Known, versioned};

#[versioned]
#[derive(Serialize, Deserialize)]
struct Pool {
    size: u8,
    #[added(in = "2024-12-18", default, overwrite)] //~ ERROR
    labels: Known<Vec<String>>,
}

fn main() {}
