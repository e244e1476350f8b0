use futures_util::{Stream, stream};
use std::convert::Infallible;
use steadfast::stream::{Ndjson, ndjson};
use steadfast::{ApiVersions, Endpoints, endpoints, idempotent, post};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
}

#[post("/payments")]
#[idempotent(ttl = "24h", scope = none)]
async fn handler() -> Ndjson<impl Stream<Item = Result<u8, Infallible>>> { //~ ERROR
    ndjson(stream::iter([Ok(1)]))
}

fn main() {
    // Its place in the list is no second error.
    let _: Endpoints<Version, (), _> = endpoints![Version; handler];
}
