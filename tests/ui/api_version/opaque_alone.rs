use steadfast::axum::response::Response;
use steadfast::{api_version, get};

#[get("/orders")]
#[api_version(opaque)] //~ ERROR
async fn list() -> Response {
    loop {}
}

fn main() {}
