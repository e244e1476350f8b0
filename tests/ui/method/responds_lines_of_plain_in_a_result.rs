use futures_util::stream::BoxStream;
use serde::{Deserialize, Serialize};
use std::convert::Infallible;
use steadfast::http::StatusCode;
use steadfast::stream::Ndjson;
use steadfast::{api_version, get};

#[derive(Serialize, Deserialize)]
struct Plain {
    id: u64,
}

#[get("/orders")]
#[api_version(since = "2024-01-15")]
async fn list() -> Result<Ndjson<BoxStream<'static, Result<Plain, Infallible>>>, StatusCode> { //~ ERROR
    loop {}
}

fn main() {}
