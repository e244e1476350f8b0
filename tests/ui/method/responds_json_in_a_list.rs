use serde_json::Value;
use steadfast::axum::Json;
use steadfast::{api_version, get};

#[get("/orders")]
#[api_version(since = "2024-01-15")]
async fn list() -> Json<Vec<Value>> { //~ ERROR
    loop {}
}

fn main() {}
