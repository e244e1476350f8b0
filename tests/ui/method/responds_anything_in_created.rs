use steadfast::axum::response::Response;
use steadfast::{Created, api_version, get};

#[get("/orders")]
#[api_version(since = "2024-01-15")]
async fn list() -> Created<Response> { //~ ERROR
    loop {}
}

fn main() {}
