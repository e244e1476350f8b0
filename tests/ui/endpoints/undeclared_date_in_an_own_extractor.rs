use serde::{Deserialize, Serialize};
use steadfast::axum::extract::{FromRequest, Request};
use steadfast::{ApiVersions, Endpoints, Versioned, api_version, endpoints, post, versioned};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
    #[version("2025-09-30")]
    V2025_09_30,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Late {
    #[renamed(in = "2025-01-01", was(before))]
    after: u32,
}

struct Valid<E>(E);

impl<S: Send + Sync, E: FromRequest<S>> FromRequest<S> for Valid<E> {
    type Rejection = E::Rejection;

    async fn from_request(request: Request, state: &S) -> Result<Self, E::Rejection> {
        E::from_request(request, state).await.map(Self)
    }
}

#[post("/orders")]
#[api_version(since = "2024-01-15")]
async fn list(_: Valid<Versioned<Late>>) {}

fn main() {
    let _: Endpoints<Version, (), _> = endpoints![Version; list]; //~ ERROR
}
