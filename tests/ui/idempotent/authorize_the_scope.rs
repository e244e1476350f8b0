use std::borrow::Cow;
use steadfast::axum::extract::FromRequestParts;
use steadfast::http::StatusCode;
use steadfast::http::request::Parts;
use steadfast::{ApiVersions, Endpoints, Scope, endpoints, idempotent, post};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
}

struct Merchant;

impl<S: Sync> FromRequestParts<S> for Merchant {
    type Rejection = StatusCode;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        Err(StatusCode::FORBIDDEN)
    }
}

impl Scope for Merchant {
    fn scope(&self) -> Cow<'_, str> {
        "acme".into()
    }
}

#[post("/payments")]
#[idempotent(ttl = "24h", scope = Merchant, authorize(Merchant))] //~ ERROR
async fn handler() {}

fn main() {
    // Its place in the list is no second error.
    let _: Endpoints<Version, (), _> = endpoints![Version; handler];
}
