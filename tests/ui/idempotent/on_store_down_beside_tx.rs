use steadfast::{ApiVersions, Endpoints, Sqlite, Tx, endpoints, idempotent, post};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
}

#[post("/payments")]
#[idempotent(ttl = "24h", scope = none, on_store_down = "execute")] //~ ERROR
async fn handler(_: Tx<Sqlite>) {}

fn main() {
    // Its place in the list is no second error.
    let _: Endpoints<Version, (), _> = endpoints![Version; handler];
}
