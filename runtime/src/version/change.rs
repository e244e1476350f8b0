use super::ApiVersions;
use super::declared::here;
use steadfast_core::Date;

/// A change of behaviour that a version brought; implemented by `#[derive(Change)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a change of an API",
    label = "not a unit struct with `#[derive(Change)]`",
    note = "declare one: `#[derive(Change)] #[change(Version, in = \"2025-09-30\")] struct TaxIncluded;`"
)]
pub trait Change {
    /// The timeline whose clients see the change.
    type Versions: ApiVersions;

    /// The version that brought it; never the first.
    const IN: Date;

    /// The name of the struct.
    const NAME: &'static str;

    /// What changes for clients.
    const NOTE: &'static str;

    /// Whether clients of `version` see the change.
    fn applies(&self, version: Self::Versions) -> bool {
        version.date() >= Self::IN
    }

    /// Whether the client of the running call sees the change.
    ///
    /// Where no version of this timeline is served it applies, as it does for the newest clients: in a neutral
    /// endpoint, in a job, in a task that the handler spawned.
    fn applies_here(&self) -> bool {
        here().is_none_or(|version| self.applies(version))
    }
}

#[cfg(test)]
mod tests {
    use crate::context::Context;
    use crate::{ApiVersions, Change, Date};
    use steadfast_core::{Timeline, wire};

    #[derive(ApiVersions)]
    enum Version {
        #[version("2024-01-15")]
        V2024_01_15,
        #[version("2024-12-18")]
        V2024_12_18,
        #[version("2025-09-30", preview)]
        V2025_09_30,
    }

    #[derive(ApiVersions)]
    enum Other {
        #[version("2020-01-01")]
        V2020_01_01,
    }

    /// Prices include tax.
    ///
    ///   Receipts show it.
    #[derive(Change)]
    #[change(Version, in = "2024-12-18")]
    struct TaxIncluded;

    /// For those who read the code.
    #[derive(Change)]
    #[change(Version, in = "2025-09-30", note = " Ids are longer. ")]
    struct LongIds;

    fn during<R>(timeline: &'static Timeline, served: Option<usize>, f: impl FnOnce() -> R) -> R {
        Context::new(timeline, served, wire::PROBLEM_BASE).enter(f)
    }

    #[test]
    fn a_change_applies_from_its_version_on() {
        let applies = |change: fn(Version) -> bool| {
            [Version::V2024_01_15, Version::V2024_12_18, Version::V2025_09_30].map(change)
        };
        assert_eq!(applies(|version| TaxIncluded.applies(version)), [false, true, true]);
        assert_eq!(applies(|version| LongIds.applies(version)), [false, false, true]);
    }

    #[test]
    fn the_running_call_says_which_version() {
        let here = |served| during(Version::TIMELINE, served, || TaxIncluded.applies_here());
        assert_eq!([Some(0), Some(1), Some(2)].map(here), [false, true, true]);
    }

    #[test]
    fn a_change_applies_where_no_version_of_its_timeline_is_served() {
        assert!(LongIds.applies_here());
        assert!(during(Version::TIMELINE, None, || LongIds.applies_here()));
        assert!(during(Other::TIMELINE, Some(0), || LongIds.applies_here()));
        assert_eq!(Other::V2020_01_01.position(), 0);
    }

    #[test]
    fn a_change_says_what_it_is() {
        assert_eq!((TaxIncluded::NAME, TaxIncluded::IN), ("TaxIncluded", Date::parse("2024-12-18").unwrap()));
        assert_eq!(TaxIncluded::NOTE, "Prices include tax.\n\n  Receipts show it.");
        assert_eq!(LongIds::NOTE, "Ids are longer.");
    }
}
