use serde::{Deserialize, Serialize};
use steadfast::{ApiVersions, Endpoints, Versioned, api_version, endpoints, patch, versioned};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
    #[version("2024-12-18")]
    V2024_12_18,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Limit {
    amount: u64,
    #[added(in = "2024-12-18", default)]
    currency: Option<String>,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Limits {
    all: Vec<Limit>,
}

#[patch("/limits")]
#[api_version(since = "2024-01-15")]
async fn patch_limits(_: Option<Versioned<Limits>>) {}

fn main() {
    let _: Endpoints<Version, (), _> = endpoints![Version; patch_limits]; //~ ERROR
}
