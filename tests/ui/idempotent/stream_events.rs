use futures_util::stream::Iter;
use std::convert::Infallible;
use std::vec::IntoIter;
use steadfast::axum::response::Sse;
use steadfast::stream::Events;
use steadfast::{idempotent, post};

#[post("/payments")]
#[idempotent(ttl = "24h", scope = none)]
async fn handler() -> Sse<Events<Iter<IntoIter<Result<u8, Infallible>>>>> { //~ ERROR
    todo!()
}

fn main() {
    let _ = handler;
}
