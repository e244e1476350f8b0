use serde::{Deserialize, Serialize};
use steadfast::axum::Json;
use steadfast::{Versioned, api_version, post, versioned};

#[versioned]
#[derive(Serialize, Deserialize)]
struct Ticket {
    #[renamed(in = "2024-12-18", was(seat))]
    seat_no: u64,
}

#[post("/orders")]
#[api_version(
    since = "2024-01-15",
    changed(
        in = "2025-09-30",
        request(was(Json<Ticket>), into(Versioned<u64>), upgrade = newer), //~ ERROR
    )
)]
async fn create(_: Versioned<u64>) {}

fn newer(Json(ticket): Json<Ticket>) -> Versioned<u64> {
    Versioned(ticket.seat_no)
}

fn main() {}
