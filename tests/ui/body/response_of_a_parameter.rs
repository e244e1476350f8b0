use serde::Serialize;
use steadfast::axum::Json;
use steadfast::{api_version, get};

#[get("/orders")]
#[api_version(since = "2024-01-15")]
async fn list<T: Serialize + Send + 'static>() -> Json<Vec<T>> { //~ ERROR
    Json(Vec::new())
}

fn main() {}
