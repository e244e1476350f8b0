use futures_util::stream::{self, Iter};
use std::convert::Infallible;
use std::vec::IntoIter;
use steadfast::axum::response::Sse;
use steadfast::stream::{Events, sse};
use steadfast::{idempotent, post};

#[post("/payments")]
#[idempotent(ttl = "24h", scope = none)]
async fn handler() -> Sse<Events<Iter<IntoIter<Result<u8, Infallible>>>>> { //~ ERROR
    sse(stream::iter(vec![Ok(1)]))
}

fn main() {
    let _ = handler;
}
