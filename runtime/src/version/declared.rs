use crate::context::Context;
use crate::problem::{Kind, Problem};
use serde::{Deserializer, Serializer, de};
use std::fmt;
use std::marker::PhantomData;
use steadfast_core::{Date, Phase, Policy, Timeline};

/// The versions of an API, declared once as an enum; implemented by `#[derive(ApiVersions)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a timeline of API versions",
    label = "not an enum with `#[derive(ApiVersions)]`",
    note = "declare one: `#[derive(ApiVersions)] enum Version {{ #[version(\"2024-01-15\")] V2024_01_15 }}`"
)]
pub trait ApiVersions: Copy + Eq + Send + Sync + 'static {
    /// The declared versions with their lifecycle, oldest first.
    const TIMELINE: &'static Timeline;

    /// The variants, oldest first.
    const ALL: &'static [Self];

    /// The position of this version in [`ALL`](Self::ALL) and in the timeline.
    fn position(self) -> usize;

    /// The day that names this version.
    fn date(self) -> Date {
        Self::TIMELINE.releases[self.position()].date
    }

    /// The version that a date stands for: the greatest that is not after it, previews included.
    ///
    /// For dates that no request brings: the version a webhook was subscribed at, a column of a database.
    ///
    /// ```
    /// use steadfast::{ApiVersions, Date};
    ///
    /// #[derive(ApiVersions)]
    /// enum Version {
    ///     #[version("2024-01-15")]
    ///     V2024_01_15,
    /// }
    ///
    /// let day = |text| Date::parse(text).unwrap();
    /// assert_eq!(Version::serving(day("2024-06-01")), Ok(Version::V2024_01_15));
    /// assert!(Version::serving(day("2024-01-14")).is_err());
    /// ```
    ///
    /// # Errors
    /// If the date is before the first version. No version is chosen in its place.
    fn serving(date: Date) -> Result<Self, BeforeFirstVersion> {
        Self::TIMELINE
            .served(date)
            .and_then(|position| Self::ALL.get(position).copied())
            .ok_or(BeforeFirstVersion { date, timeline: Self::TIMELINE })
    }

    /// The phase of this version on the day `today`.
    fn phase(self, today: Date) -> Phase {
        Phase::of(&Self::TIMELINE.releases[self.position()], today)
    }
}

/// A text that is neither the date nor the alias of a declared version.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ParseVersionError {
    timeline: &'static Timeline,
}

impl fmt::Display for ParseVersionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a declared version; those are")?;
        for (i, release) in self.timeline.releases.iter().enumerate() {
            write!(f, "{} {}", if i == 0 { "" } else { "," }, release.date)?;
            if let Some(alias) = release.alias {
                write!(f, " ({alias})")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for ParseVersionError {}

/// A date before the first version of a timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BeforeFirstVersion {
    date: Date,
    timeline: &'static Timeline,
}

impl fmt::Display for BeforeFirstVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is earlier than the first version", self.date)?;
        self.timeline.releases.first().map_or(Ok(()), |first| write!(f, ", {}", first.date))
    }
}

impl std::error::Error for BeforeFirstVersion {}

/// The timeline of an enum whose declaration did not compile.
pub const BROKEN: &Timeline = &Timeline {
    name: "",
    releases: &[],
    removed: &[],
    policy: Policy { min_notice_days: None, idempotency_required: false, sunset_required: false },
};

/// A version is written as its date.
pub fn fmt<V: ApiVersions>(version: V, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    fmt::Display::fmt(&version.date(), f)
}

/// Reads the date or the alias of a declared version.
pub fn parse<V: ApiVersions>(text: &str) -> Result<V, ParseVersionError> {
    let position = match Date::parse(text) {
        Ok(date) => V::TIMELINE.position(date),
        Err(_) => V::TIMELINE.releases.iter().position(|release| release.alias == Some(text)),
    };
    position
        .and_then(|position| V::ALL.get(position).copied())
        .ok_or(ParseVersionError { timeline: V::TIMELINE })
}

/// Writes the date.
pub fn serialize<V: ApiVersions, S: Serializer>(version: V, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&version.date())
}

/// Reads what [`parse`] reads.
pub fn deserialize<'de, V: ApiVersions, D: Deserializer<'de>>(deserializer: D) -> Result<V, D::Error> {
    struct Visitor<V>(PhantomData<V>);

    impl<V: ApiVersions> de::Visitor<'_> for Visitor<V> {
        type Value = V;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an API version")
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<V, E> {
            parse(text).map_err(E::custom)
        }
    }

    deserializer.deserialize_str(Visitor(PhantomData))
}

/// The version that the current call is served at, if it is one of this timeline.
pub(super) fn here<V: ApiVersions>() -> Option<V> {
    Context::current()
        .filter(|context| std::ptr::eq(context.timeline, V::TIMELINE) || context.timeline == V::TIMELINE)
        .and_then(|context| V::ALL.get(context.served?).copied())
}

/// The version that the current call is served at.
pub fn served<V: ApiVersions>() -> Result<V, Problem> {
    // A fault of the program: the extractor stands in a neutral endpoint, or outside of an `Api`.
    here().ok_or_else(|| {
        Kind::Internal.because("the version was asked for where no version is served").retryable(false)
    })
}
