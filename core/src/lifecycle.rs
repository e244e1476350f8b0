use crate::{Date, Release};
use std::fmt;

/// The phase of a version on a given day.
///
/// A phase begins at 00:00:00 UTC of its day and includes that instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Phase {
    /// Not public: answers only where previews are switched on.
    Preview,
    /// Served, with no end announced or the announced day still ahead.
    Active,
    /// Served, and clients are told to leave (RFC 9745).
    Deprecated,
    /// Answered 410 Gone (RFC 8594).
    Sunset,
    /// Declared no more; answered 410 Gone as well. See [`Timeline::phase`](crate::Timeline::phase).
    Removed,
}

impl Phase {
    /// The phase of `release` on the day `today`; never [`Removed`](Self::Removed), because it is declared.
    pub const fn of(release: &Release, today: Date) -> Self {
        const fn begun(day: Option<Date>, today: Date) -> bool {
            matches!(day, Some(day) if day.number() <= today.number())
        }
        if begun(release.sunset, today) {
            Self::Sunset
        } else if release.preview {
            Self::Preview
        } else if begun(release.deprecated, today) {
            Self::Deprecated
        } else {
            Self::Active
        }
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Preview => "preview",
            Self::Active => "active",
            Self::Deprecated => "deprecated",
            Self::Sunset => "sunset",
            Self::Removed => "removed",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phases_are_ordered_as_a_version_goes_through_them() {
        let phases = [Phase::Preview, Phase::Active, Phase::Deprecated, Phase::Sunset, Phase::Removed];
        assert!(phases.is_sorted());
        assert_eq!(
            phases.map(|phase| phase.to_string()),
            ["preview", "active", "deprecated", "sunset", "removed"]
        );
    }

    #[test]
    fn a_phase_begins_on_its_day() {
        let date = |text| Date::parse(text).unwrap();
        let release = Release {
            name: "V",
            date: date("2024-01-15"),
            alias: None,
            deprecated: Some(date("2024-12-18")),
            sunset: Some(date("2025-07-01")),
            guide: None,
            preview: false,
            brownouts: &[],
        };
        for (today, phase) in [
            ("2024-12-17", Phase::Active),
            ("2024-12-18", Phase::Deprecated),
            ("2025-06-30", Phase::Deprecated),
            ("2025-07-01", Phase::Sunset),
        ] {
            assert_eq!(Phase::of(&release, date(today)), phase, "{today}");
        }
    }
}
