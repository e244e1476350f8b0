use steadfast::{Api, ApiVersions, Header, api_version, endpoints, get};

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
#[api_version(since = "2024-01-15")]
async fn list() {}


fn main() {
    let _ = Api::new(endpoints![Version; list])
        .version_from(Header("Api-Version")) //~ ERROR
        .with_state(());
}
