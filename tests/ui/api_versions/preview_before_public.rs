use steadfast::ApiVersions;

#[derive(ApiVersions)]
pub enum Version {
    #[version("2024-01-15")]
    V1,
    #[version("2024-12-18", preview)] //~ ERROR
    V2,
    #[version("2025-09-30")]
    V3,
}

fn main() {
    // A use of the broken timeline is no second error.
    let _ = Version::TIMELINE;
}
