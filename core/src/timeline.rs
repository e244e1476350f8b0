use crate::Date;

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
}
