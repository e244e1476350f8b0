use steadfast::axum::response::IntoResponse;
use steadfast::{Versioned, api_version, get};

/// Says something of a body, and nothing to the library.
trait Page: IntoResponse {
    type Body;
}

impl Page for String {
    type Body = Versioned<u64>;
}

#[get("/orders")]
#[api_version(since = "2024-01-15")]
async fn list() -> impl Page<Body = Versioned<u64>> { //~ ERROR
    String::new()
}

fn main() {}
