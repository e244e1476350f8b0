use serde_json::Value;
use steadfast::{Versioned, api_version, get};

#[get("/orders")]
#[api_version(since = "2024-01-15")]
async fn list() -> Versioned<Value> { //~ ERROR
    loop {}
}

fn main() {}
