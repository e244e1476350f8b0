use steadfast::ApiVersions;

#[derive(ApiVersions)]
#[api_versions(remove("2022-06-01"))] //~ ERROR
pub enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
}

fn main() {
    // A use of the broken timeline is no second error.
    let _ = Version::TIMELINE;
}
