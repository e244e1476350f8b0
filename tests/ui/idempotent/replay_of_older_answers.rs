use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use std::convert::Infallible;
use steadfast::idempotency::{Reference, Referenced};
use steadfast::{ApiVersions, Endpoints, api_version, endpoints, idempotent, post};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
    #[version("2024-12-18")]
    V2024_12_18,
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

fn text(Referenced(_, answer): Referenced<u64, String>) -> String {
    answer
}

#[post("/payments")]
#[api_version(since = "2024-01-15", changed(in = "2024-12-18", response(downgrade = text)))]
#[idempotent(ttl = "24h", scope = none, replay = reference(Payments))]
async fn handler() -> Referenced<u64, String> {
    Referenced(7, String::new())
}

fn main() {
    // Its place in the list is no second error.
    let _: Endpoints<Version, (), _> = endpoints![Version; handler];
}
