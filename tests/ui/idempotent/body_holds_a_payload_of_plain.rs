use serde::{Deserialize, Serialize};
use steadfast::{Versioned, api_version, idempotent, post, versioned};

#[derive(Serialize, Deserialize)]
struct Plain {
    id: u64,
}

#[versioned]
#[derive(Serialize, Deserialize)]
enum Line {
    Sold(Plain), //~ ERROR
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Order {
    lines: Vec<Line>,
}

#[post("/orders")]
#[api_version(since = "2024-01-15")]
#[idempotent(ttl = "24h", scope = none)]
async fn create(_: Versioned<Order>) {}

fn main() {}
