use steadfast::ApiVersions;

#[derive(ApiVersions)]
#[api_versions(policy(min_notice = "6months"))] //~ ERROR
pub enum Version {
    #[version("2024-01-15")]
    V1,
}

fn main() {
    // A use of the broken timeline is no second error.
    let _ = Version::TIMELINE;
}
