use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[versioned]
#[derive(Serialize, Deserialize)]
enum Status {
    Active,
    #[changed(in = "2024-12-18", was(Partial(u8)), upgrade = u32::from, downgrade = narrow)]
    Partial(u32),
}

fn main() {}
