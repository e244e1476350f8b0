use steadfast::axum::response::IntoResponse;
use steadfast::{DescribeResponse, api_version, get};

#[get("/orders")]
#[api_version(since = "2024-01-15")]
async fn list() -> impl IntoResponse + DescribeResponse { //~ ERROR
    "text"
}

fn main() {}
