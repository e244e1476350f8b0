use steadfast::axum::response::IntoResponse;
use steadfast::{api_version, get};

#[get("/orders")]
#[api_version(since = "2024-01-15")]
async fn list() -> impl IntoResponse + Clone + PartialEq<&'static str> { //~ ERROR
    "text"
}

fn main() {}
