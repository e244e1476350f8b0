use steadfast::ApiVersions;

#[derive(ApiVersions)]
pub enum Version {
    #[version("2024-01-15", alias = "v1")]
    V1,
    #[version("2024-12-18", alias = "v1")] //~ ERROR
    V2,
}

fn main() {
    // A use of the broken timeline is no second error.
    let _ = Version::TIMELINE;
}
