use steadfast::{ApiVersions, Change};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
    #[version("2024-13-18")] //~ ERROR
    V2024_12_18,
}

#[derive(Change)]
#[change(Version, in = "2025-09-30", note = "Prices include tax.")]
struct TaxIncluded;

fn main() {
    // A change of a broken timeline is no second error.
    let _ = TaxIncluded.applies(Version::V2024_12_18);
}
