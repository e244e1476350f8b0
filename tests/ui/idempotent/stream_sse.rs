use futures_util::stream::{self, Iter};
use std::convert::Infallible;
use std::vec::IntoIter;
use steadfast::axum::response::Sse;
use steadfast::axum::response::sse::Event;
use steadfast::{Problem, idempotent, post};

type Ticks = Iter<IntoIter<Result<Event, Infallible>>>;

#[post("/payments")]
#[idempotent(ttl = "24h", scope = none)]
async fn handler() -> Result<Sse<Ticks>, Problem> { //~ ERROR
    Ok(Sse::new(stream::iter(vec![])))
}

fn main() {
    let _ = handler;
}
