use serde::{Deserialize, Serialize};
use steadfast::axum::Json;
use steadfast::{api_version, idempotent, post};

#[derive(Serialize, Deserialize)]
struct Plain {
    id: u64,
}

#[post("/orders")]
#[api_version(since = "2024-01-15")]
#[idempotent(ttl = "24h", scope = none)]
async fn create(_: Json<Plain>) {} //~ ERROR

fn main() {}
