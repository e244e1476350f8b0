use serde::{Deserialize, Serialize};
use steadfast::axum::Json;
use steadfast::axum::extract::{FromRequest, Request};
use steadfast::{api_version, post};

#[derive(Serialize, Deserialize)]
struct Plain {
    id: u64,
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
async fn take(_: Valid<Json<Plain>>) {} //~ ERROR

fn main() {}
