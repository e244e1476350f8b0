use steadfast::ApiVersions;

#[derive(ApiVersions)]
#[api_versions(removed("2023-01-15", "2022-06-01"))] //~ ERROR
pub enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
    #[version("2024-12-18")]
    V2024_12_18,
}

fn main() {
    // A use of the broken timeline is no second error.
    let _ = Version::TIMELINE;
}
