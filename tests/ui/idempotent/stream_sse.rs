use futures_util::stream::{self, Iter};
use std::convert::Infallible;
use std::vec::IntoIter;
use steadfast::axum::response::Sse;
use steadfast::axum::response::sse::Event;
use steadfast::{ApiVersions, Endpoints, Problem, endpoints, idempotent, post};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
}

type Ticks = Iter<IntoIter<Result<Event, Infallible>>>;

#[post("/payments")]
#[idempotent(ttl = "24h", scope = none)]
async fn handler() -> Result<Sse<Ticks>, Problem> { //~ ERROR
    Ok(Sse::new(stream::iter(vec![])))
}

fn main() {
    // Its place in the list is no second error.
    let _: Endpoints<Version, (), _> = endpoints![Version; handler];
}
