use steadfast::idempotency::Steps;
use steadfast::{Sqlite, Tx, idempotent, post};

#[post("/payments")]
#[idempotent(ttl = "24h", scope = none)]
async fn handler(_: Tx<Sqlite>, _: Steps) {} //~ ERROR

fn main() {
    let _ = handler;
}
