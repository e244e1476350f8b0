use steadfast::axum::response::Response;
use steadfast::{Problem, api_version, get};

#[get("/orders")]
#[api_version(since = "2024-01-15")]
async fn list() -> Result<Response, Problem> { //~ ERROR
    loop {}
}

fn main() {}
