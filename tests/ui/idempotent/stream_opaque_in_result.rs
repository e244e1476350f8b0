use futures_util::{Stream, stream};
use std::convert::Infallible;
use steadfast::stream::{Ndjson, ndjson};
use steadfast::{Problem, idempotent, post};

#[post("/payments")]
#[idempotent(ttl = "24h", scope = none)]
async fn handler() -> Result<Ndjson<impl Stream<Item = Result<u8, Infallible>>>, Problem> { //~ ERROR
    Ok(ndjson(stream::iter([Ok(1)])))
}

fn main() {
    let _ = handler;
}
