use steadfast::axum::Json;
use steadfast::{api_version, get};

#[get("/orders")]
#[api_version(since = "2024-01-15")]
async fn list() -> steadfast::axum::response::Result<Json<u64>> { //~ ERROR
    loop {}
}

fn main() {}
