use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
enum Status {
    Active,
    #[added(in = "2024-12-18", was(Active), overwrite)] //~ ERROR
    Paused,
}

fn main() {}
