use serde::Deserialize;
use steadfast::{ApiVersions, Endpoints, Versioned, api_version, endpoints, idempotent, post, versioned};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
    #[version("2025-09-30")]
    V2025_09_30,
}

#[versioned]
#[derive(Deserialize)]
struct Payment {
    #[renamed(in = "2025-09-30", was(cents))]
    amount: u64,
    currency: String,
}

#[post("/payments")]
#[api_version(since = "2024-01-15")]
#[idempotent(ttl = "24h", scope = none, fingerprint = fields("/*/amount", "/*/currency"))] //~ ERROR
async fn handler(Versioned(_): Versioned<Vec<Payment>>) {}

fn main() {
    // Its place in the list is no second error.
    let _: Endpoints<Version, (), _> = endpoints![Version; handler];
}
