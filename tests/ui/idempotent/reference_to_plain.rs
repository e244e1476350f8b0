use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::{Deserialize, Serialize};
use std::convert::Infallible;
use steadfast::http::StatusCode;
use steadfast::idempotency::{Reference, Referenced};
use steadfast::{Versioned, api_version, idempotent, post};

#[derive(Serialize, Deserialize)]
struct Plain {
    id: u64,
}

struct Orders;

impl<S: Sync> FromRequestParts<S> for Orders {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self)
    }
}

impl Reference for Orders {
    type Id = u64;
    type Answer = Versioned<Plain>; //~ ERROR

    async fn answer(self, _: u64) -> Option<Self::Answer> {
        None
    }
}

#[post("/orders")]
#[api_version(since = "2024-01-15")]
#[idempotent(ttl = "24h", scope = none, replay = reference(Orders))]
async fn create() -> Referenced<u64, StatusCode> {
    Referenced(7, StatusCode::CREATED)
}

fn main() {}
