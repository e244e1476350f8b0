use serde::Deserialize;
use steadfast::axum::Json;
use steadfast::{ApiVersions, Endpoints, Fingerprint, endpoints, idempotent, post};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
}

#[derive(Deserialize, Fingerprint)]
struct Payment {
    amount: u64,
    #[fingerprint(skip)]
    sent_at: u64,
}

#[post("/payments")]
#[idempotent(ttl = "24h", scope = none, fingerprint = fields("/amount", "/sent_at"))] //~ ERROR
async fn handler(Json(_): Json<Payment>) {}

fn main() {
    // Its place in the list is no second error.
    let _: Endpoints<Version, (), _> = endpoints![Version; handler];
}
