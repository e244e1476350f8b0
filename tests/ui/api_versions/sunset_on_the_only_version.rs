use steadfast::ApiVersions;

#[derive(ApiVersions)]
pub enum Version {
    #[version("2024-01-15", sunset = "2025-07-01")] //~ ERROR
    V2024_01_15,
}

fn main() {
    // A use of the broken timeline is no second error.
    let _ = Version::TIMELINE;
}
