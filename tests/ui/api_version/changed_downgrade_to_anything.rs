use steadfast::axum::response::{IntoResponse, Response};
use steadfast::{Versioned, api_version, get};

#[get("/orders")]
#[api_version(since = "2024-01-15", changed(in = "2025-09-30", response(downgrade = older)))] //~ ERROR
async fn list() -> Versioned<u64> {
    Versioned(1)
}

fn older(_: Versioned<u64>) -> Response {
    "older".into_response()
}

fn main() {}
