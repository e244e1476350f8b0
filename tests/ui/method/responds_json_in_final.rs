use serde::{Deserialize, Serialize};
use steadfast::axum::Json;
use steadfast::idempotency::Final;
use steadfast::{api_version, get, versioned};

#[versioned]
#[derive(Serialize, Deserialize)]
struct Ticket {
    #[renamed(in = "2025-09-30", was(seat))]
    seat_no: u32,
}

#[get("/orders")]
#[api_version(since = "2024-01-15")]
async fn list() -> Final<Json<Ticket>> { //~ ERROR
    loop {}
}

fn main() {}
