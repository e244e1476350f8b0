/// Prices include tax.
#[derive(Change)]
#[change(Version, in = "2025-09-30")]
struct TaxIncluded;
