use serde::{Deserialize, Serialize};
use steadfast::{ApiVersions, Endpoints, Versioned, api_version, endpoints, post, versioned};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
    #[version("2025-09-30")]
    V2025_09_30,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Late {
    #[renamed(in = "2025-01-01", was(before))]
    after: u32,
}

fn newer(Versioned(late): Versioned<Late>) -> Versioned<u64> {
    Versioned(u64::from(late.after))
}

#[post("/orders")]
#[api_version(
    since = "2024-01-15",
    changed(in = "2025-09-30", request(was(Versioned<Late>), into(Versioned<u64>), upgrade = newer))
)]
async fn list(_: Versioned<u64>) {}

fn main() {
    let _: Endpoints<Version, (), _> = endpoints![Version; list]; //~ ERROR
}
