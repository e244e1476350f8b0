use crate::{Date, Phase};

/// One published version of an API, as declared.
///
/// `since` names it; `deprecated` and `sunset` are days on the wall clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Release {
    /// The variant of the user's enum.
    pub name: &'static str,
    /// The day that names the version.
    pub date: Date,
    /// A short name such as `v2`.
    pub alias: Option<&'static str>,
    /// The day from which the version is deprecated (RFC 9745).
    pub deprecated: Option<Date>,
    /// The day from which the version is answered 410 Gone (RFC 8594).
    pub sunset: Option<Date>,
    /// The URL of the guide for leaving this version.
    pub guide: Option<&'static str>,
    /// Whether the version answers only where previews are switched on.
    pub preview: bool,
    /// When the version is answered 410 for a while before its sunset, ascending.
    pub brownouts: &'static [Brownout],
}

/// A span of time before a version's sunset in which it is answered 410 Gone, so that its last clients notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Brownout {
    /// The first second, counted from the Unix epoch.
    pub from: i64,
    /// The second after the last.
    pub until: i64,
}

impl Brownout {
    /// Whether the second `now`, counted from the Unix epoch, lies in it.
    pub const fn holds(&self, now: i64) -> bool {
        self.from <= now && now < self.until
    }
}

/// What `policy(..)` of a timeline asks of its endpoints; its rules about versions are checked where they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// `min_notice`, in days: from `deprecated` to `sunset` of an endpoint.
    pub min_notice_days: Option<u32>,
    /// `idempotency = "required"`: every endpoint with an unsafe method is idempotent.
    pub idempotency_required: bool,
    /// `sunset = "required"`: whatever is deprecated has a sunset.
    pub sunset_required: bool,
}

/// The versions of an API, oldest first; never empty.
///
/// ```
/// use steadfast_core::{Date, Policy, Release, Timeline};
///
/// const fn release(date: &str) -> Release {
///     let Ok(date) = Date::parse(date) else { panic!() };
///     Release { name: "V", date, alias: None, deprecated: None, sunset: None, guide: None, preview: false, brownouts: &[] }
/// }
/// static TIMELINE: Timeline = Timeline {
///     name: "Version",
///     releases: &[release("2024-01-15"), release("2024-12-18")],
///     removed: &[],
///     policy: Policy { min_notice_days: None, idempotency_required: false, sunset_required: false },
/// };
///
/// let day = |text| Date::parse(text).unwrap();
/// assert_eq!(TIMELINE.position(day("2024-12-18")), Some(1));
/// assert_eq!(TIMELINE.served(day("2024-06-01")), Some(0));
/// assert_eq!(TIMELINE.served(day("2023-12-31")), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeline {
    /// The user's enum.
    pub name: &'static str,
    /// The versions, ascending by date.
    pub releases: &'static [Release],
    /// The days of versions that were once served and are declared no more, ascending.
    pub removed: &'static [Date],
    /// What the timeline asks of endpoints.
    pub policy: Policy,
}

impl Timeline {
    /// The position of the version with exactly this date.
    pub const fn position(&self, date: Date) -> Option<usize> {
        match self.served(date) {
            Some(i) if self.releases[i].date.number() == date.number() => Some(i),
            _ => None,
        }
    }

    /// The position of the greatest version not after `date`, previews included; `None` before the first.
    pub const fn served(&self, date: Date) -> Option<usize> {
        let (mut low, mut high) = (0, self.releases.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if self.releases[middle].date.number() <= date.number() {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low.checked_sub(1)
    }

    /// The phase of the version with exactly this date on the day `today`; `None` if it never was one.
    pub const fn phase(&self, version: Date, today: Date) -> Option<Phase> {
        match self.position(version) {
            Some(position) => Some(Phase::of(&self.releases[position], today)),
            None if self.was_removed(version) => Some(Phase::Removed),
            None => None,
        }
    }

    /// Whether a version with exactly this date was once served and is declared no more.
    pub const fn was_removed(&self, version: Date) -> bool {
        let mut i = 0;
        while i < self.removed.len() {
            if self.removed[i].number() == version.number() {
                return true;
            }
            i += 1;
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn day(text: &str) -> Date {
        match Date::parse(text) {
            Ok(date) => date,
            Err(_) => Date::from_ymd(1, 1, 1).unwrap(),
        }
    }

    const fn release(date: &str, deprecated: &str, sunset: &str) -> Release {
        Release {
            name: "V",
            date: day(date),
            alias: None,
            deprecated: Some(day(deprecated)),
            sunset: Some(day(sunset)),
            guide: None,
            preview: false,
            brownouts: &[],
        }
    }

    const TIMELINE: Timeline = Timeline {
        name: "Version",
        releases: &[
            release("2023-01-15", "2024-01-15", "2025-01-15"),
            release("2024-01-15", "2025-01-15", "2026-01-15"),
        ],
        // One of them lies between versions that are still there.
        removed: &[day("2022-06-01"), day("2023-08-01")],
        policy: Policy { min_notice_days: None, idempotency_required: false, sunset_required: false },
    };

    #[test]
    fn a_phase_is_that_of_the_version_with_exactly_this_date() {
        let phase = |version, today| TIMELINE.phase(day(version), day(today));
        assert_eq!(phase("2023-01-15", "2023-01-15"), Some(Phase::Active));
        assert_eq!(phase("2023-01-15", "2025-01-15"), Some(Phase::Sunset));
        assert_eq!(phase("2024-01-15", "2025-01-15"), Some(Phase::Deprecated));
        for (day, removed) in [("2022-06-01", Some(Phase::Removed)), ("2023-08-01", Some(Phase::Removed))] {
            // Whatever the day: it is not known when it was.
            assert_eq!(phase(day, "2022-01-01"), removed);
            assert_eq!(phase(day, "2030-01-01"), removed);
        }
        for never in ["2022-05-31", "2023-08-02", "2024-01-16"] {
            assert_eq!(phase(never, "2025-01-15"), None, "{never}");
        }
        const { assert!(TIMELINE.phase(day("2022-06-01"), day("2025-01-15")).is_some()) };
    }

    #[test]
    fn a_brownout_holds_its_first_second_and_not_the_one_after_its_last() {
        let brownout = Brownout { from: 100, until: 160 };
        assert_eq!([99, 100, 159, 160].map(|now| brownout.holds(now)), [false, true, true, false]);
    }
}
