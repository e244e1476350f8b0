use steadfast::axum::http::HeaderMap;
use steadfast::{ApiVersions, Endpoints, Sqlite, Tx, api_version, endpoints, idempotent, post};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
    #[version("2024-12-18")]
    V2024_12_18,
}

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

fn main() {
    // Its place in the list is no second error.
    let _: Endpoints<Version, (), _> = endpoints![Version; pay];
}
