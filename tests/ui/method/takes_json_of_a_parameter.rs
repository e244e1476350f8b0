use serde::de::DeserializeOwned;
use steadfast::axum::Json;
use steadfast::{api_version, post};

#[post("/orders")]
#[api_version(since = "2024-01-15")]
async fn take<T: DeserializeOwned + Send + 'static>(_: Json<T>) {} //~ ERROR

fn main() {}
