use steadfast::axum::http::HeaderMap;
use steadfast::{ApiVersions, Endpoints, api_version, endpoints, get};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
    #[version("2024-12-18")]
    V2024_12_18,
    #[version("2025-09-30")]
    V2025_09_30,
}

#[get("/payments")]
#[api_version(
    since = "2024-01-15",
    changed(in = "2024-12-18", request(was(u32), into(HeaderMap), upgrade = of))
)]
async fn list(_headers: HeaderMap) {}

fn of(_: u32) -> HeaderMap {
    HeaderMap::new()
}

fn main() {
    let _: Endpoints<_, (), _> = endpoints![Version; list]; //~ ERROR
}
