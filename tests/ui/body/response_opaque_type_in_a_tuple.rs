use steadfast::axum::response::IntoResponse;
use steadfast::http::StatusCode;
use steadfast::{api_version, get};

#[get("/orders")]
#[api_version(since = "2024-01-15")]
async fn list() -> (StatusCode, impl IntoResponse) { //~ ERROR
    (StatusCode::OK, "text")
}

fn main() {}
