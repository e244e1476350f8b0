use steadfast::axum::http::HeaderMap;
use steadfast::{Sqlite, Tx, api_version, idempotent, post};

fn of(_: Tx<Sqlite>) -> HeaderMap {
    HeaderMap::new()
}

#[post("/payments")]
#[idempotent(ttl = "24h", scope = none)]
#[api_version(
    since = "2024-01-15",
    changed(in = "2024-12-18", request(was(Tx<Sqlite>), into(HeaderMap), upgrade = of)) //~ ERROR
)]
async fn pay(_: HeaderMap) {}

fn main() {}
