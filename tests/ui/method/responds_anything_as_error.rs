use steadfast::axum::response::Response;
use steadfast::{Versioned, api_version, get};

#[get("/orders")]
#[api_version(since = "2024-01-15")]
async fn list() -> Result<Versioned<u64>, Response> { //~ ERROR
    loop {}
}

fn main() {}
