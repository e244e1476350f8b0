use steadfast::axum::http::HeaderMap;
use steadfast::{api_version, get};

#[get("/payments")]
#[api_version(
    since = "2024-01-15",
    changed(in = "2024-12-18", request(was(String), into(HeaderMap), upgrade = of)), //~ ERROR
    changed(in = "2025-09-30", request(was(RawQuery), into(HeaderMap), upgrade = of))
)]
async fn list(_: HeaderMap) {}

fn main() {}
