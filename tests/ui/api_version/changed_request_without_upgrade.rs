use steadfast::axum::http::HeaderMap;
use steadfast::{api_version, get};

#[get("/payments")]
#[api_version(
    since = "2024-01-15",
    changed(in = "2024-12-18", request(was(RawQuery), into(HeaderMap))) //~ ERROR
)]
async fn list(_: HeaderMap) {}

fn main() {}
