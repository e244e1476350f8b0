use serde::{Deserialize, Serialize};
use steadfast::{ApiVersions, Endpoints, Versioned, api_version, endpoints, put, versioned};

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
struct Pool {
    size: u8,
    #[added(in = "2024-12-18", default)]
    labels: Vec<String>,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Spec {
    size: u8,
    labels: Vec<String>,
}

fn upgrade(Versioned(pool): Versioned<Pool>) -> Versioned<Spec> {
    Versioned(Spec { size: pool.size, labels: pool.labels })
}

#[put("/pools/{id}")]
#[api_version(
    since = "2024-01-15",
    changed(in = "2025-09-30", request(was(Versioned<Pool>), into(Versioned<Spec>), upgrade = upgrade)),
)]
async fn put_pool(_: Versioned<Spec>) {}

fn main() {
    let _: Endpoints<Version, (), _> = endpoints![Version; put_pool]; //~ ERROR
}
