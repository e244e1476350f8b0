use serde::{Deserialize, Serialize};
use steadfast::axum::extract::Path;
use steadfast::axum::extract::rejection::PathRejection;
use steadfast::{api_version, get, versioned};

#[versioned]
#[derive(Serialize, Deserialize)]
struct Ticket {
    #[renamed(in = "2025-09-30", was(seat))]
    seat_no: u32,
}

#[get("/orders/{seat_no}")]
#[api_version(since = "2024-01-15")]
async fn take(_: Result<Path<Ticket>, PathRejection>) {} //~ ERROR

fn main() {}
