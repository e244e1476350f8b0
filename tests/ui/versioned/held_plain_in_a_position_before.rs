use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[derive(Serialize, Deserialize)]
struct Plain {
    id: u64,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Pair(
    u64,
    #[changed(in = "2025-09-30", was(Plain), upgrade = up, downgrade = down)] //~ ERROR
    u64,
);

fn up(plain: Plain) -> u64 {
    plain.id
}

fn down(id: &u64) -> Plain {
    Plain { id: *id }
}

fn main() {}
