use steadfast::{Sqlite, Tx, idempotent, post};

#[post("/payments")]
#[idempotent(ttl = "24h", scope = none, on_store_down = "execute")] //~ ERROR
async fn handler(_: Tx<Sqlite>) {}

fn main() {
    let _ = handler;
}
