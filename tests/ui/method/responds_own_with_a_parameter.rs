use steadfast::axum::response::{IntoResponse, Response};
use steadfast::{api_version, get};

struct Own<T>(T);

impl IntoResponse for Own<u64> {
    fn into_response(self) -> Response {
        "own".into_response()
    }
}

#[get("/orders")]
#[api_version(since = "2024-01-15")]
async fn list() -> Own<u64> { //~ ERROR
    loop {}
}

fn main() {}
