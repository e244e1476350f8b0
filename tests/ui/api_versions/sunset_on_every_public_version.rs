use steadfast::ApiVersions;

#[derive(ApiVersions)]
pub enum Version {
    #[version("2024-01-15", sunset = "2025-07-01")]
    V2024_01_15,
    #[version("2024-12-18", sunset = "2026-07-01")] //~ ERROR
    V2024_12_18,
    #[version("2025-09-30", preview)]
    V2025_09_30,
}

fn main() {
    // A use of the broken timeline is no second error.
    let _ = Version::TIMELINE;
}
