use steadfast::{ApiVersions, Endpoints, api_version, endpoints, get, post};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
    #[version("2024-12-18")]
    V2024_12_18,
    #[version("2025-09-30")]
    V2025_09_30,
}

#[get("/files/{*path}")]
#[api_version(since = "2024-01-15")]
async fn tree() {}

#[post("/files/{id}/owner")]
#[api_version(since = "2024-12-18")]
async fn owner() {}

fn main() {
    let _: Endpoints<_, (), _> = endpoints![Version; tree, owner]; //~ ERROR
}
