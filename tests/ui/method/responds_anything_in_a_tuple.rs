use steadfast::axum::response::Response;
use steadfast::http::StatusCode;
use steadfast::{api_version, get};

#[get("/orders")]
#[api_version(since = "2024-01-15")]
async fn list() -> (StatusCode, Response) { //~ ERROR
    loop {}
}

fn main() {}
