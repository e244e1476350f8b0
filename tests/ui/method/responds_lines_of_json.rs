use futures_util::stream::BoxStream;
use serde_json::Value;
use std::convert::Infallible;
use steadfast::stream::Ndjson;
use steadfast::{api_version, get};

#[get("/orders")]
#[api_version(since = "2024-01-15")]
async fn list() -> Ndjson<BoxStream<'static, Result<Value, Infallible>>> { //~ ERROR
    loop {}
}

fn main() {}
