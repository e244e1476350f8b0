use futures_util::stream::{self, Iter};
use std::convert::Infallible;
use std::vec::IntoIter;
use steadfast::axum::response::Sse;
use steadfast::stream::{Events, sse};
use steadfast::{ApiVersions, Endpoints, endpoints, idempotent, post};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
}

#[post("/payments")]
#[idempotent(ttl = "24h", scope = none)]
async fn handler() -> Sse<Events<Iter<IntoIter<Result<u8, Infallible>>>>> { //~ ERROR
    sse(stream::iter(vec![Ok(1)]))
}

fn main() {
    // Its place in the list is no second error.
    let _: Endpoints<Version, (), _> = endpoints![Version; handler];
}
