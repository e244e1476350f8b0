use serde::{Deserialize, Serialize};
use steadfast::axum::Json;
use steadfast::axum::response::{IntoResponse, Response};
use steadfast::{DescribeResponse, Problem, api_version, get, versioned};

#[versioned]
#[derive(Serialize, Deserialize)]
struct Ticket {
    #[renamed(in = "2025-09-30", was(seat))]
    seat_no: u32,
}

struct Own;

impl IntoResponse for Own {
    fn into_response(self) -> Response {
        Json(Ticket { seat_no: 1 }).into_response()
    }
}

impl DescribeResponse for Own {
    type Body = (Problem, Json<Ticket>);
}

#[get("/orders")]
#[api_version(since = "2024-01-15")]
async fn list() -> Own { //~ ERROR
    Own
}

fn main() {}
