use steadfast::axum::response::IntoResponse;
use steadfast::{Versioned, api_version, get};

#[get("/orders")]
#[api_version(since = "2024-01-15")]
async fn list() -> Result<Versioned<u64>, impl IntoResponse> { //~ ERROR
    Err("text")
}

fn main() {}
