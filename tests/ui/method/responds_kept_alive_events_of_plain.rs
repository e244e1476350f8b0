use futures_util::stream::BoxStream;
use serde::{Deserialize, Serialize};
use steadfast::axum::response::Sse;
use steadfast::axum::response::sse::KeepAliveStream;
use steadfast::stream::Events;
use steadfast::{Problem, api_version, get};

#[derive(Serialize, Deserialize)]
struct Plain {
    id: u64,
}

#[get("/orders")]
#[api_version(since = "2024-01-15")]
async fn list() -> Sse<KeepAliveStream<Events<BoxStream<'static, Result<Plain, Problem>>>>> { //~ ERROR
    loop {}
}

fn main() {}
