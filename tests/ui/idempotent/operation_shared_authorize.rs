use steadfast::axum::extract::FromRequestParts;
use steadfast::http::StatusCode;
use steadfast::http::request::Parts;
use steadfast::{ApiVersions, Endpoints, api_version, endpoints, idempotent, post};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
    #[version("2024-12-18")]
    V2024_12_18,
}

struct MayPay;

impl<S: Sync> FromRequestParts<S> for MayPay {
    type Rejection = StatusCode;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        Err(StatusCode::FORBIDDEN)
    }
}

#[post("/pay")]
#[api_version(since = "2024-01-15")]
#[idempotent(ttl = "24h", scope = global, authorize(MayPay), operation = "pay")]
async fn pay() {}

#[post("/charge")]
#[api_version(since = "2024-01-15")]
#[idempotent(ttl = "24h", scope = global, authorize(none), operation = "pay")]
async fn charge() {}

fn main() {
    let _: Endpoints<Version, (), _> = endpoints![Version; pay, charge]; //~ ERROR
}
