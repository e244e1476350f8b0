use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use std::convert::Infallible;
use steadfast::axum::response::Response;
use steadfast::http::StatusCode;
use steadfast::idempotency::{Reference, Referenced};
use steadfast::{api_version, idempotent, post};

struct Orders;

impl<S: Sync> FromRequestParts<S> for Orders {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self)
    }
}

impl Reference for Orders {
    type Id = u64;
    type Answer = Response;

    async fn answer(self, _: u64) -> Option<Self::Answer> {
        None
    }
}

#[post("/orders")]
#[api_version(since = "2024-01-15")]
#[idempotent(ttl = "24h", scope = none, replay = reference(Orders))] //~ ERROR
async fn create() -> Referenced<u64, StatusCode> {
    Referenced(7, StatusCode::CREATED)
}

fn main() {}
