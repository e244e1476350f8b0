use serde::{Deserialize, Serialize};
use steadfast::{ApiVersions, Endpoints, Versioned, api_version, endpoints, post, versioned};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
    #[version("2024-12-18")]
    V2024_12_18,
    #[version("2025-09-30")]
    V2025_09_30,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Payment {
    id: u64,
    #[renamed(in = "2026-01-01", was(customer))]
    customer_id: String,
}

#[versioned]
#[derive(Deserialize)]
struct Page<T> {
    _data: Vec<T>,
}

#[post("/payments")]
#[api_version(since = "2024-01-15")]
async fn create(_: Versioned<Page<Payment>>) {}

fn main() {
    let _: Endpoints<_, (), _> = endpoints![Version; create]; //~ ERROR
}
