use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use std::convert::Infallible;
use steadfast::idempotency::{Reference, Referenced};
use steadfast::{ApiVersions, Endpoints, endpoints, idempotent, post};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
}

struct Payments;

impl<S: Sync> FromRequestParts<S> for Payments {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self)
    }
}

impl Reference for Payments {
    type Id = u64;
    type Answer = String;

    async fn answer(self, id: u64) -> Option<String> {
        Some(id.to_string())
    }
}

#[post("/pay")]
#[idempotent(ttl = "24h", scope = none, operation = "pay", replay = reference(Payments))]
async fn pay() -> Referenced<u64, String> {
    Referenced(7, "paid".to_owned())
}

#[post("/charge")]
#[idempotent(ttl = "24h", scope = none, operation = "pay")]
async fn charge() {}

fn main() {
    let _: Endpoints<Version, (), _> = endpoints![Version; pay, charge]; //~ ERROR
}
