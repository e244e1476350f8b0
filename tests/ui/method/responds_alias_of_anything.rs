use steadfast::axum::response::Response;
use steadfast::{api_version, get};

type Found = Response;

#[get("/orders")]
#[api_version(since = "2024-01-15")]
async fn list() -> Found { //~ ERROR
    loop {}
}

fn main() {}
