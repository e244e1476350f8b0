use serde_json::Value;
use steadfast::axum::Json;
use steadfast::{api_version, post};

#[post("/orders")]
#[api_version(since = "2024-01-15")]
async fn take(_: Json<Value>) {} //~ ERROR

fn main() {}
