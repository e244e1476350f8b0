use steadfast::ApiVersions;

#[derive(ApiVersions)]
pub enum Version {
    #[version("2024-01-15", sunset = "2025-07-01", brownouts = "2025-06-01T14:00Z")] //~ ERROR
    V2024_01_15,
    #[version("2024-12-18")]
    V2024_12_18,
}

fn main() {
    // A use of the broken timeline is no second error.
    let _ = Version::TIMELINE;
}
