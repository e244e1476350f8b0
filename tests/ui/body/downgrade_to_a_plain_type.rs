use serde::{Deserialize, Serialize};
use steadfast::axum::Json;
use steadfast::{Versioned, api_version, get};

#[derive(Serialize, Deserialize)]
struct Plain {
    id: u64,
}

fn older(_: Versioned<u64>) -> Json<Plain> {
    Json(Plain { id: 1 })
}

#[get("/orders")]
#[api_version(since = "2024-01-15", changed(in = "2025-09-30", response(downgrade = older)))] //~ ERROR
async fn list() -> Versioned<u64> {
    Versioned(1)
}

fn main() {}
