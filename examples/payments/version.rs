//! The timeline: every version of the API, declared once.

use steadfast::ApiVersions;

/// A version is named by the day it was published. `deprecated` and `sunset` are days on the wall clock: from the first
/// on clients are told to leave, from the second on they are answered 410 Gone.
///
/// The policy makes it a compile error to give clients less than half a year, to keep more than three versions alive,
/// to deprecate without saying when the end is, or to add a write that is not idempotent.
#[derive(ApiVersions)]
#[api_versions(policy(min_notice = "180days", max_live = 3, idempotency = "required", sunset = "required"))]
pub enum Version {
    #[version(
        "2024-01-15",
        alias = "v1",
        deprecated = "2024-12-18",
        sunset = "2025-07-01",
        guide = "https://payments.example/guides/leaving-2024-01-15"
    )]
    V2024_01_15,

    #[version(
        "2024-12-18",
        alias = "v2",
        deprecated = "2025-09-30",
        sunset = "2027-03-31",
        guide = "https://payments.example/guides/leaving-2024-12-18"
    )]
    V2024_12_18,

    #[version("2025-09-30", alias = "v3")]
    V2025_09_30,

    /// Not public yet: it answers only where previews are switched on.
    #[version("2026-12-01", alias = "v4", preview)]
    V2026_12_01,
}
