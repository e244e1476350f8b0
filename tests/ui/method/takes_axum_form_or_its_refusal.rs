use serde::{Deserialize, Serialize};
use steadfast::axum::Form;
use steadfast::axum::extract::rejection::FormRejection;
use steadfast::{api_version, post, versioned};

#[versioned]
#[derive(Serialize, Deserialize)]
struct Ticket {
    #[renamed(in = "2025-09-30", was(seat))]
    seat_no: u32,
}

#[post("/orders")]
#[api_version(since = "2024-01-15")]
async fn take(_: Result<Form<Ticket>, FormRejection>) {} //~ ERROR

fn main() {}
