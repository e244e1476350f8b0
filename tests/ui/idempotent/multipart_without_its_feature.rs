use steadfast::{ApiVersions, Endpoints, endpoints, idempotent, post};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
}

#[post("/receipts")]
#[idempotent(ttl = "24h", scope = none, fingerprint = "multipart")] //~ ERROR
async fn handler() {}

fn main() {
    let _: Endpoints<Version, (), _> = endpoints![Version; handler];
}
