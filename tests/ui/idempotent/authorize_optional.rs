use steadfast::axum::extract::OptionalFromRequestParts;
use steadfast::http::StatusCode;
use steadfast::http::request::Parts;
use steadfast::{ApiVersions, Endpoints, endpoints, idempotent, post};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
}

struct MayPay;

impl<S: Sync> OptionalFromRequestParts<S> for MayPay {
    type Rejection = StatusCode;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Option<Self>, StatusCode> {
        Err(StatusCode::FORBIDDEN)
    }
}

#[post("/payments")]
#[idempotent(ttl = "24h", scope = global, authorize(Option<MayPay>))] //~ ERROR
async fn handler() {}

fn main() {
    // Its place in the list is no second error.
    let _: Endpoints<Version, (), _> = endpoints![Version; handler];
}
