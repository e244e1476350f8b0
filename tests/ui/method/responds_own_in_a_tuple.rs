use steadfast::axum::response::{IntoResponse, Response};
use steadfast::http::StatusCode;
use steadfast::{api_version, get};

struct Own;

impl IntoResponse for Own {
    fn into_response(self) -> Response {
        "own".into_response()
    }
}

#[get("/orders")]
#[api_version(since = "2024-01-15")]
async fn list() -> (StatusCode, Own) { //~ ERROR
    loop {}
}

fn main() {}
