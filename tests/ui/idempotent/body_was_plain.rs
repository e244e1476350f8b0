use serde::{Deserialize, Serialize};
use steadfast::{Versioned, api_version, idempotent, post, versioned};

#[derive(Serialize, Deserialize)]
struct Plain {
    id: u64,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Order {
    #[changed(in = "2025-09-30", was(held: Plain), upgrade = up, downgrade = down)] //~ ERROR
    id: u64,
}

fn up(plain: Plain) -> u64 {
    plain.id
}

fn down(id: &u64) -> Plain {
    Plain { id: *id }
}

#[post("/orders")]
#[api_version(since = "2024-01-15")]
#[idempotent(ttl = "24h", scope = none)]
async fn create(_: Versioned<Order>) {}

fn main() {}
