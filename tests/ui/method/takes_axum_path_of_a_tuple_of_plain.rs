use serde::{Deserialize, Serialize};
use steadfast::axum::extract::Path;
use steadfast::{api_version, get};

#[derive(Serialize, Deserialize)]
struct Plain {
    id: u64,
}

#[get("/orders/{id}/{held}")]
#[api_version(since = "2024-01-15")]
async fn take(_: Path<(u64, Plain)>) {} //~ ERROR

fn main() {}
