use steadfast::{ApiVersions, Change};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
    #[version("2024-12-18")]
    V2024_12_18,
    #[version("2025-09-30")]
    V2025_09_30,
}

#[derive(Change)]
#[change(Version, in = "2024-01-15", note = "Prices include tax.")] //~ ERROR
struct TaxIncluded;

fn main() {
    // A question to the broken gate is no second error.
    let _ = TaxIncluded.applies(Version::V2024_12_18) || TaxIncluded.applies_here();
}
