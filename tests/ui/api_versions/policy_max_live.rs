use steadfast::ApiVersions;

#[derive(ApiVersions)]
#[api_versions(policy(max_live = 2))]
pub enum Version {
    #[version("2024-01-15")]
    V1,
    #[version("2024-12-18")]
    V2,
    #[version("2025-09-30")] //~ ERROR
    V3,
}

fn main() {
    // A use of the broken timeline is no second error.
    let _ = Version::TIMELINE;
}
