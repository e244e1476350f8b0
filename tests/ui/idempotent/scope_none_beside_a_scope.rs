use std::borrow::Cow;
use steadfast::axum::extract::FromRequestParts;
use steadfast::http::request::Parts;
use steadfast::{ApiVersions, Endpoints, Scope, endpoints, idempotent, post};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
}

struct Merchant;

impl Scope for Merchant {
    fn scope(&self) -> Cow<'_, str> {
        "acme".into()
    }
}

impl<S: Sync> FromRequestParts<S> for Merchant {
    type Rejection = ();

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, ()> {
        Ok(Self)
    }
}

#[post("/payments")]
#[idempotent(ttl = "24h", scope = none)] //~ ERROR
async fn handler(_: Merchant) {}

fn main() {
    // Its place in the list is no second error.
    let _: Endpoints<Version, (), _> = endpoints![Version; handler];
}
