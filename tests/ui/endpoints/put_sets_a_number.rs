use serde::{Deserialize, Serialize};
use steadfast::{ApiVersions, Endpoints, Versioned, api_version, endpoints, put, versioned};

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
    #[added(in = "2024-12-18", default = 7)]
    labels: u8,
}

#[put("/pools/{id}")]
#[api_version(since = "2024-01-15")]
async fn put_pool(_: Versioned<Pool>) {}

fn main() {
    let _: Endpoints<Version, (), _> = endpoints![Version; put_pool]; //~ ERROR
}
