use steadfast::{ApiVersions, Endpoints, endpoints, idempotent, post};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
}

#[post("/pay")]
#[idempotent(ttl = "24h", scope = none, operation = "pay")]
async fn pay() {}

#[post("/charge")]
#[idempotent(ttl = "24h", scope = global, authorize(none), operation = "pay")]
async fn charge() {}

fn main() {
    let _: Endpoints<Version, (), _> = endpoints![Version; pay, charge]; //~ ERROR
}
