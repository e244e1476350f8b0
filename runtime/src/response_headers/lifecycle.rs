//! What the clock does to versions.

use super::version_headers::value;
use http::HeaderValue;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use steadfast_core::{Brownout, Date, Release};

/// What a client gets that asks for a version after its sunset; see [`Api::after_sunset`](crate::Api::after_sunset).
#[derive(Debug, Clone, Default)]
pub enum AfterSunset {
    /// 410 `version-sunset`, with links to where the endpoint lives on.
    #[default]
    Gone,
    /// The oldest version that is still served; the answer names it, as every answer names its version. An endpoint
    /// that is past a sunset of its own is still 410, and brown-outs are too.
    FallForward,
    /// What it got before. Requests that would have been 410 are counted, in brown-outs too: a rehearsal.
    DryRun(SunsetCounter),
}

/// Counts the requests that would have been answered 410. Clones count together.
///
/// ```
/// use steadfast::{AfterSunset, SunsetCounter};
///
/// let counter = SunsetCounter::default();
/// let policy = AfterSunset::DryRun(counter.clone());
/// assert!(counter.counts().is_empty());
/// ```
#[derive(Debug, Clone, Default)]
pub struct SunsetCounter(Arc<Mutex<BTreeMap<(Date, &'static str), u64>>>);

/// How often an endpoint was asked for in a version that is past its sunset, or in a brown-out.
///
/// A retry whose answer is stored is among them, although it would have been answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct SunsetCount {
    /// The version.
    pub version: Date,
    /// The path of the handler, such as `payments::get_payment`.
    pub endpoint: &'static str,
    /// The number of requests.
    pub requests: u64,
}

impl SunsetCounter {
    /// What was counted so far, by version and endpoint.
    pub fn counts(&self) -> Vec<SunsetCount> {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts
            .iter()
            .map(|((version, endpoint), requests)| SunsetCount {
                version: *version,
                endpoint,
                requests: *requests,
            })
            .collect()
    }

    pub(crate) fn count(&self, version: Date, endpoint: &'static str) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry((version, endpoint)).or_default() += 1;
    }
}

/// How the `Deprecation` header is written; see [`Api::deprecation_header`](crate::Api::deprecation_header).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DeprecationHeader {
    /// The day, as RFC 9745 says: `@1735689600`.
    #[default]
    Date,
    /// `true`, as the drafts before the RFC said. For clients that were written to them.
    True,
}

impl DeprecationHeader {
    pub(super) fn value(self, day: Date) -> HeaderValue {
        match self {
            // RFC 9745 section 2: a Date of RFC 9651 section 3.3.7.
            Self::Date => value(&format!("@{}", day.unix_seconds())),
            Self::True => HeaderValue::from_static("true"),
        }
    }
}

/// When an endpoint at a version is answered 410.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ends {
    sunset: Option<Duration>,
    brownouts: &'static [Brownout],
}

/// Why it is answered 410 now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    Sunset,
    /// Until this second since the epoch.
    Brownout(i64),
}

impl Ends {
    /// `None` if it never ends.
    pub(crate) fn of(release: &Release, endpoint: Lifecycle) -> Option<Self> {
        let sunset = endpoint.within(release).sunset.map(instant);
        (sunset.is_some() || !release.brownouts.is_empty())
            .then_some(Self { sunset, brownouts: release.brownouts })
    }

    pub(crate) fn at(&self, now: Duration) -> Option<Ending> {
        if self.sunset.is_some_and(|sunset| now >= sunset) {
            return Some(Ending::Sunset);
        }
        let second = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
        let brownout = self.brownouts.iter().find(|brownout| brownout.holds(second))?;
        Some(Ending::Brownout(brownout.until))
    }

    pub(crate) fn is_over(&self, now: Duration) -> bool {
        self.sunset.is_some_and(|sunset| now >= sunset)
    }
}

/// The days from which an endpoint is deprecated and gone.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Lifecycle {
    pub(crate) deprecated: Option<Date>,
    pub(crate) sunset: Option<Date>,
}

impl Lifecycle {
    /// Returns whether headers ask clients to leave.
    pub(crate) fn is_leaving(&self) -> bool {
        self.deprecated.is_some() || self.sunset.is_some()
    }

    /// The days for clients of `release`: the earlier of the endpoint's and the version's.
    pub(crate) fn within(self, release: &Release) -> Self {
        let earlier = |of_version: Option<Date>, of_endpoint: Option<Date>| match (of_version, of_endpoint) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        Self {
            deprecated: earlier(release.deprecated, self.deprecated),
            sunset: earlier(release.sunset, self.sunset),
        }
    }
}

/// 00:00:00 UTC of the day, as time since the epoch; the epoch for days before it.
pub(crate) fn instant(day: Date) -> Duration {
    Duration::from_secs(u64::try_from(day.unix_seconds()).unwrap_or(0))
}
