use futures_util::Stream;
use serde::{Deserialize, Serialize};
use std::convert::Infallible;
use steadfast::stream::Ndjson;
use steadfast::{api_version, get};

#[derive(Serialize, Deserialize)]
struct Plain {
    id: u64,
}

#[get("/orders")]
#[api_version(since = "2024-01-15")]
async fn list() -> Ndjson<impl Stream<Item = Result<Plain, Infallible>>> { //~ ERROR
    steadfast::stream::ndjson(futures_util::stream::empty())
}

fn main() {}
