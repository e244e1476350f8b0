use serde::{Deserialize, Serialize};
use steadfast::{ApiVersions, Endpoints, api_version, endpoints, get, versioned};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
    #[version("2024-12-18")]
    V2024_12_18,
    #[version("2025-09-30")]
    V2025_09_30,
}

use steadfast::extract::Query;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Filter {
    #[renamed(in = "2024-12-19", was(customer))]
    customer_id: String,
}

#[get("/payments")]
#[api_version(since = "2024-01-15")]
async fn list(_: Query<Filter>) {}

fn main() {
    let _: Endpoints<_, (), _> = endpoints![Version; list]; //~ ERROR
}
