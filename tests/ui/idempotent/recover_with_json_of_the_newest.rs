use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::{Deserialize, Serialize};
use std::convert::Infallible;
use steadfast::axum::Json;
use steadfast::idempotency::{LostExecution, Recover, Recovery};
use steadfast::{api_version, idempotent, post, versioned};

#[versioned]
#[derive(Serialize, Deserialize)]
struct Ticket {
    #[renamed(in = "2025-09-30", was(seat))]
    seat_no: u32,
}

struct AskBank;

impl<S: Sync> FromRequestParts<S> for AskBank {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self)
    }
}

impl Recover for AskBank {
    type Answer = Json<Ticket>;

    async fn recover(self, _: LostExecution) -> Recovery<Self::Answer> {
        Recovery::Unknown
    }
}

#[post("/orders")]
#[api_version(since = "2024-01-15")]
#[idempotent(ttl = "24h", scope = none, on_lost = recover(AskBank))] //~ ERROR
async fn create() {}

fn main() {}
