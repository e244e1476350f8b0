use steadfast::ApiVersions;

#[derive(ApiVersions)]
#[api_versions(policy(min_notice = "180days"))]
pub enum Version {
    #[version("2024-01-15", deprecated = "2024-12-18", sunset = "2025-01-18")] //~ ERROR
    V1,
}

fn main() {
    // A use of the broken timeline is no second error.
    let _ = Version::TIMELINE;
}
