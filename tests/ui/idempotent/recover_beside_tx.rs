use axum::extract::FromRequestParts;
use axum::http::{StatusCode, request::Parts};
use std::convert::Infallible;
use steadfast::idempotency::{LostExecution, Recover, Recovery};
use steadfast::{ApiVersions, Endpoints, Sqlite, Tx, endpoints, idempotent, post};

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
        Recovery::Unknown
    }
}

#[post("/payments")]
#[idempotent(ttl = "24h", scope = none, on_lost = recover(AskBank))] //~ ERROR
async fn handler(_: Tx<Sqlite>) {}

fn main() {
    // Its place in the list is no second error.
    let _: Endpoints<Version, (), _> = endpoints![Version; handler];
}
