use futures_util::Stream;
use std::convert::Infallible;
use steadfast::axum::response::Sse;
use steadfast::{api_version, get};

#[get("/orders")]
#[api_version(since = "2024-01-15")]
async fn list() -> Sse<impl Stream<Item = Result<steadfast::axum::response::sse::Event, Infallible>>> { //~ ERROR
    Sse::new(futures_util::stream::empty())
}

fn main() {}
