use axum::extract::FromRequestParts;
use axum::http::{StatusCode, request::Parts};
use std::convert::Infallible;
use steadfast::idempotency::{LostExecution, Recover, Recovery, Reference, Referenced};
use steadfast::{ApiVersions, Endpoints, endpoints, idempotent, post};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
}

struct AskBank;

impl<S: Sync> FromRequestParts<S> for AskBank {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self)
    }
}

impl Recover for AskBank {
    type Answer = StatusCode;

    async fn recover(self, _: LostExecution) -> Recovery<StatusCode> {
        Recovery::Done(StatusCode::CREATED)
    }
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

#[post("/payments")]
#[idempotent(ttl = "24h", scope = none, on_lost = recover(AskBank), replay = reference(Payments))] //~ ERROR
async fn handler() -> Referenced<u64, String> {
    Referenced(7, String::new())
}

fn main() {
    // Its place in the list is no second error.
    let _: Endpoints<Version, (), _> = endpoints![Version; handler];
}
