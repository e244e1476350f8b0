use steadfast::{Api, ApiVersions, Header, MemoryStore, Sqlite, Tx, api_version, endpoints, idempotent, post};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
    #[version("2024-12-18")]
    V2024_12_18,
    #[version("2025-09-30")]
    V2025_09_30,
}

#[post("/payments")]
#[api_version(since = "2024-01-15")]
#[idempotent(ttl = "24h", scope = none)]
async fn create(_tx: Tx<Sqlite>) {}


fn main() {
    let _ = Api::new(endpoints![Version; create])
        .version_from(Header("Api-Version").or_reject())
        .idempotency(MemoryStore::new())
        .with_state(()); //~ ERROR
}
