use steadfast::axum::response::Response;
use steadfast::{api_version, get};

#[get("/orders")]
#[api_version(since = "2024-01-15", opaqe)] //~ ERROR
async fn list() -> Response {
    loop {}
}

fn main() {}
