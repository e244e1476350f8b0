use serde::{Deserialize, Serialize};
use steadfast::axum::Json;
use steadfast::{api_version, get, versioned};

#[versioned]
#[derive(Serialize, Deserialize)]
struct Ticket {
    #[renamed(in = "2025-09-30", was(seat))]
    seat_no: u32,
}

type Found = Json<Ticket>;

#[get("/orders")]
#[api_version(since = "2024-01-15")]
async fn list() -> Found { //~ ERROR
    loop {}
}

fn main() {}
