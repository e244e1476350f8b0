use steadfast::ApiVersions;

#[derive(ApiVersions)]
pub enum Version {
    #[version(
        "2025-06-02",
        sunset = "2025-07-01",
        brownouts("2025-06-01T14:00Z" for "1h"), //~ ERROR
    )]
    V2025_06_02,
    #[version("2026-01-01")]
    V2026_01_01,
}

fn main() {
    // A use of the broken timeline is no second error.
    let _ = Version::TIMELINE;
}
