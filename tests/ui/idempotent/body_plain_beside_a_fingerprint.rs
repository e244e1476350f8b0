use serde::{Deserialize, Serialize};
use steadfast::{Fingerprint, Versioned, api_version, idempotent, post, versioned};

#[derive(Serialize, Deserialize, Fingerprint)]
struct Plain {
    id: u64,
}

#[versioned]
#[derive(Serialize, Deserialize, Fingerprint)]
struct Order {
    held: Plain, //~ ERROR
}

#[post("/orders")]
#[api_version(since = "2024-01-15")]
#[idempotent(ttl = "24h", scope = none)]
async fn create(_: Versioned<Order>) {}

fn main() {}
