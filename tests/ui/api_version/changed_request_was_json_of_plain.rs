use serde::{Deserialize, Serialize};
use steadfast::axum::Json;
use steadfast::{Versioned, api_version, post};

#[derive(Serialize, Deserialize)]
struct Plain {
    id: u64,
}

#[post("/orders")]
#[api_version(
    since = "2024-01-15",
    changed(
        in = "2025-09-30",
        request(was(Json<Plain>), into(Versioned<u64>), upgrade = newer), //~ ERROR
    )
)]
async fn create(_: Versioned<u64>) {}

fn newer(Json(plain): Json<Plain>) -> Versioned<u64> {
    Versioned(plain.id)
}

fn main() {}
