use futures_util::stream::Iter;
use std::convert::Infallible;
use std::vec::IntoIter;
use steadfast::axum::response::Sse;
use steadfast::axum::response::sse::Event;
use steadfast::{Problem, idempotent, post};

type Ticks = Iter<IntoIter<Result<Event, Infallible>>>;

#[post("/payments")]
#[idempotent(ttl = "24h", scope = none)]
async fn handler() -> Result<Sse<Ticks>, Problem> { //~ ERROR
    todo!()
}

fn main() {
    let _ = handler;
}
