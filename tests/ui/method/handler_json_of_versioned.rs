use serde::Serialize;
use steadfast::axum::Json;
use steadfast::{Problem, api_version, get, versioned};

#[versioned]
#[derive(Serialize)]
struct Payment {
    #[added(in = "2024-12-18")]
    priority: u8,
}

#[get("/payments")]
#[api_version(since = "2024-01-15")]
async fn handler() -> Result<Json<Vec<Payment>>, Problem> { //~ ERROR
    Ok(Json(vec![Payment { priority: 1 }]))
}

fn main() {
    drop(handler());
}
