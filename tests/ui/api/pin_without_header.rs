use steadfast::{Api, ApiVersions, Header, api_version, endpoints, get};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
    #[version("2024-12-18")]
    V2024_12_18,
}

#[get("/payments")]
#[api_version(since = "2024-01-15")]
async fn list() {}

async fn pin() -> Option<Version> {
    None
}

fn main() {
    let _: steadfast::axum::Router = Api::new(endpoints![Version; list])
        .version_from(Header("Api-Version").pinned_by(("X-Api-Key", "Cookie"), pin).or_reject()) //~ ERROR
        .with_state(());
}
