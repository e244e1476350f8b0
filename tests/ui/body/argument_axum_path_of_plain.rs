use serde::{Deserialize, Serialize};
use steadfast::{api_version, get};

#[derive(Serialize, Deserialize)]
struct Plain {
    id: u64,
}

#[get("/orders/{id}")]
#[api_version(since = "2024-01-15")]
async fn take(_: steadfast::axum::extract::Path<Plain>) {} //~ ERROR

fn main() {}
