use futures_util::Stream;
use serde::Serialize;
use std::convert::Infallible;
use steadfast::stream::{Ndjson, ndjson};
use steadfast::{api_version, get};

#[get("/orders")]
#[api_version(since = "2024-01-15")]
async fn list() -> Ndjson<impl Stream<Item = Result<impl Serialize, Infallible>>> { //~ ERROR
    ndjson(futures_util::stream::iter([Ok("order")]))
}

fn main() {}
