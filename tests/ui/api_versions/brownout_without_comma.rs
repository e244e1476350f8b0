use steadfast::ApiVersions;

#[derive(ApiVersions)]
pub enum Version {
    #[version(
        "2024-01-15",
        sunset = "2025-07-01",
        brownouts(
            "2025-06-01T14:00Z" for "1h"
            "2025-06-15T14:00Z" for "4h", //~ ERROR
        ),
    )]
    V2024_01_15,
    #[version("2026-01-01")]
    V2026_01_01,
}

fn main() {
    // A use of the broken timeline is no second error.
    let _ = Version::TIMELINE;
}
