use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::IntoResponse;
use std::convert::Infallible;
use steadfast::idempotency::{LostExecution, Recover, Recovery};
use steadfast::{ApiVersions, DescribeResponse, Endpoints, api_version, endpoints, idempotent, post};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
    #[version("2024-12-18")]
    V2024_12_18,
}

struct AskBank;

impl<S: Sync> FromRequestParts<S> for AskBank {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self)
    }
}

impl Recover for AskBank {
    type Answer = String;

    async fn recover(self, _: LostExecution) -> Recovery<Self::Answer> {
        Recovery::Unknown
    }
}

fn text(_: impl DescribeResponse<Body = ()>) -> &'static str {
    "older"
}

#[post("/payments")]
#[api_version(since = "2024-01-15", changed(in = "2024-12-18", response(downgrade = text)))]
#[idempotent(ttl = "24h", scope = none, on_lost = recover(AskBank))] //~ ERROR
async fn handler() -> impl IntoResponse + DescribeResponse<Body = ()> {
    "newest"
}

fn main() {
    // Its place in the list is no second error.
    let _: Endpoints<Version, (), _> = endpoints![Version; handler];
}
