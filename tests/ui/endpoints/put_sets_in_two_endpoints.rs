use serde::{Deserialize, Serialize};
use steadfast::{ApiVersions, Endpoints, Versioned, api_version, endpoints, patch, put, versioned};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
    #[version("2024-12-18")]
    V2024_12_18,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Pool {
    size: u8,
    #[added(in = "2024-12-18", default)]
    labels: Vec<String>,
}

#[put("/pools/{id}")]
#[api_version(since = "2024-01-15")]
async fn put_pool(_: Versioned<Pool>) {}

#[patch("/pools/{id}")]
#[api_version(since = "2024-01-15")]
async fn patch_pool(_: Versioned<Pool>) {}

fn main() {
    // One mistake, and one error at the first that has it.
    let _: Endpoints<Version, (), _> = endpoints![Version; put_pool, patch_pool]; //~ ERROR
}
