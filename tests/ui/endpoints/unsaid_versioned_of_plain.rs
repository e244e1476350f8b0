use serde::{Deserialize, Serialize};
use steadfast::{ApiVersions, Endpoints, Versioned, endpoints, get};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
    #[version("2025-09-30")]
    V2025_09_30,
}

#[derive(Serialize, Deserialize)]
struct Plain {
    id: u64,
}

#[get("/orders")]
async fn list() -> Versioned<Plain> { //~ ERROR
    loop {}
}

fn main() {
    // Its place in the list is no second error.
    let _: Endpoints<Version, (), _> = endpoints![Version; list];
}
