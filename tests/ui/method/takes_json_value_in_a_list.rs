use serde_json::Value;
use steadfast::{Versioned, api_version, post};

#[post("/orders")]
#[api_version(since = "2024-01-15")]
async fn take(_: Versioned<Vec<Value>>) {} //~ ERROR

fn main() {}
