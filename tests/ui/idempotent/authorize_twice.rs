use steadfast::axum::extract::FromRequestParts;
use steadfast::http::StatusCode;
use steadfast::http::request::Parts;
use steadfast::{ApiVersions, Endpoints, endpoints, idempotent, post};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
}

struct MayPay;

impl<S: Sync> FromRequestParts<S> for MayPay {
    type Rejection = StatusCode;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        Err(StatusCode::FORBIDDEN)
    }
}

#[post("/payments")]
#[idempotent(ttl = "24h", scope = global, authorize(MayPay, MayPay))] //~ ERROR
async fn handler() {}

fn main() {
    // Its place in the list is no second error.
    let _: Endpoints<Version, (), _> = endpoints![Version; handler];
}
