//! The headers that say at which version an answer is, and what becomes of that version.
//!
//! They are made when the program starts, once for each version and once for each endpoint, and joined for an answer: a set
//! for each endpoint at each version would be most of what an API with many of both takes.

use super::etag;
use super::lifecycle::{self, DeprecationHeader, Ends, Lifecycle};
use crate::version::VersionPolicy;
use crate::version::source::Media;
use http::header::{Entry, LINK, VARY};
use http::{HeaderMap, HeaderName, HeaderValue};
use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};
use steadfast_core::{Date, Release, Timeline, wire};

/// The headers that all answers of an API share.
pub(crate) struct ApiHeaders {
    pub(crate) timeline: &'static Timeline,
    pub(crate) vary: Vary,
    /// The media type that names the version.
    pub(crate) media: Option<Media>,
    echo: HeaderName,
    deprecation: DeprecationHeader,
    /// By the position of the version.
    releases: Vec<ReleaseHeaders>,
}

struct ReleaseHeaders {
    /// The date of the version.
    echo: HeaderValue,
    days: Days,
    /// Links to the guide, for who reads of a deprecation and of a sunset.
    guide: Option<[HeaderValue; 2]>,
}

/// The days of a [`Lifecycle`], as the headers write them.
struct Days {
    deprecated: Option<(Date, HeaderValue)>,
    sunset: Option<(Date, HeaderValue)>,
}

/// The endpoints of a method of a path, as far as headers depend on them; none, for answers that come from no endpoint.
pub(crate) struct EndpointHeaders {
    pub(crate) api: Arc<ApiHeaders>,
    spans: Vec<Span>,
}

/// One of these endpoints.
struct Span {
    /// The positions of the versions in which it answers.
    versions: Range<usize>,
    lifecycle: Lifecycle,
    days: Days,
}

/// The request headers that the answers of an API depend on.
pub(crate) struct Vary {
    names: Vec<HeaderName>,
    joined: Option<HeaderValue>,
}

impl Vary {
    pub(crate) fn new(names: impl Iterator<Item = HeaderName>) -> Self {
        let mut unique: Vec<HeaderName> = Vec::new();
        for name in names {
            if !unique.contains(&name) {
                unique.push(name);
            }
        }
        let joined = unique.iter().map(HeaderName::as_str).collect::<Vec<_>>().join(", ");
        let joined = (!unique.is_empty()).then(|| value(&joined));
        Self { names: unique, joined }
    }

    /// Adds the names that are not there yet (RFC 9110 section 12.5.5).
    pub(crate) fn apply(&self, headers: &mut HeaderMap) {
        let Some(joined) = &self.joined else { return };
        if let Entry::Vacant(entry) = headers.entry(VARY) {
            entry.insert(joined.clone());
            return;
        }
        for name in &self.names {
            let listed = headers.get_all(VARY).iter().any(|field| {
                field.as_bytes().split(|byte| *byte == b',').any(|member| {
                    let member = member.trim_ascii();
                    member == b"*" || member.eq_ignore_ascii_case(name.as_str().as_bytes())
                })
            });
            if !listed {
                headers.append(VARY, HeaderValue::from(name.clone()));
            }
        }
    }
}

impl ApiHeaders {
    pub(crate) fn new<V, S>(
        timeline: &'static Timeline,
        policy: &VersionPolicy<V, S>,
        vary: Vary,
        deprecation: DeprecationHeader,
    ) -> Self {
        let of = |release: &Release| ReleaseHeaders {
            echo: value(&release.date.to_string()),
            days: Days::new(Lifecycle::default().within(release), deprecation),
            guide: release.guide.map(|guide| {
                ["deprecation", "sunset"]
                    .map(|relation| value(&format!("<{guide}>; rel=\"{relation}\"; type=\"text/html\"")))
            }),
        };
        let releases = timeline.releases.iter().map(of).collect();
        let (echo, media) = (policy.echo.clone(), policy.media());
        Self { timeline, vary, media, echo, deprecation, releases }
    }
}

impl Days {
    fn new(lifecycle: Lifecycle, form: DeprecationHeader) -> Self {
        Self {
            deprecated: lifecycle.deprecated.map(|day| (day, form.value(day))),
            sunset: lifecycle.sunset.map(|day| (day, http_date(day))),
        }
    }
}

impl EndpointHeaders {
    /// Of endpoints that answer between two versions each.
    pub(crate) fn new(
        api: &Arc<ApiHeaders>,
        endpoints: impl Iterator<Item = (Range<usize>, Lifecycle)>,
    ) -> Self {
        let span = |(versions, lifecycle)| {
            let days = Days::new(lifecycle, api.deprecation);
            Span { versions, lifecycle, days }
        };
        Self { api: Arc::clone(api), spans: endpoints.map(span).collect() }
    }

    /// Which of the endpoints answers at a version.
    pub(crate) fn endpoint_at(&self, position: usize) -> Option<usize> {
        self.spans.iter().position(|span| span.versions.contains(&position))
    }

    fn span(&self, position: usize) -> Option<&Span> {
        self.spans.get(self.endpoint_at(position)?)
    }

    /// When the endpoint of a version ends, if it does.
    pub(crate) fn ends(&self, position: usize) -> Option<Ends> {
        Ends::of(&self.api.timeline.releases[position], self.span(position)?.lifecycle)
    }

    /// The days of the endpoint of a version.
    fn lifecycle(&self, position: usize) -> Option<Lifecycle> {
        Some(self.span(position)?.lifecycle.within(&self.api.timeline.releases[position]))
    }

    /// Returns whether headers ask the clients of a version to leave.
    pub(crate) fn is_leaving(&self, position: usize) -> bool {
        self.lifecycle(position).is_some_and(|days| days.is_leaving())
    }

    /// Where clients of a version are to go: the next version in which an endpoint answers, and the last.
    pub(crate) fn successors(&self, position: usize, now: Duration) -> Option<(usize, usize)> {
        let Lifecycle { sunset, .. } = self.lifecycle(position).filter(Lifecycle::is_leaving)?;
        // Nobody is sent to where it ends no later, nor to a preview.
        let end = sunset.map_or(now, |day| lifecycle::instant(day).max(now));
        let stays = |later: &usize| {
            self.endpoint_at(*later).is_some()
                && !self.api.timeline.releases[*later].preview
                && !self.ends(*later).is_some_and(|ends| ends.is_over(end))
        };
        let mut later = position + 1..self.api.releases.len();
        Some((later.clone().find(stays)?, later.rfind(stays)?))
    }

    /// Adds the headers of the version at `position` to an answer.
    pub(crate) fn apply(&self, position: usize, headers: &mut HeaderMap) {
        let ApiHeaders { echo, vary, releases, .. } = &*self.api;
        let release = &releases[position];
        headers.insert(echo.clone(), release.echo.clone());
        vary.apply(headers);
        let days = self.span(position).map(|span| &span.days);
        let deprecated =
            earlier(release.days.deprecated.as_ref(), days.and_then(|days| days.deprecated.as_ref()));
        let sunset = earlier(release.days.sunset.as_ref(), days.and_then(|days| days.sunset.as_ref()));
        for (name, day) in [(wire::DEPRECATION, deprecated), (wire::SUNSET, sunset)] {
            if let Some(day) = day {
                headers.insert(HeaderName::from_static(name), day.clone());
            }
        }
        for (guide, day) in release.guide.iter().flatten().zip([deprecated, sunset]) {
            if day.is_some() {
                headers.append(LINK, guide.clone());
            }
        }
    }

    /// Marks the entity tag of an answer with its version.
    pub(crate) fn mark(&self, position: usize, headers: &mut HeaderMap) {
        etag::mark(headers, self.api.releases[position].echo.as_bytes());
    }
}

/// Whichever of the version and the endpoint ends earlier counts.
fn earlier<'a>(
    of_version: Option<&'a (Date, HeaderValue)>,
    of_endpoint: Option<&'a (Date, HeaderValue)>,
) -> Option<&'a HeaderValue> {
    of_version.into_iter().chain(of_endpoint).min_by_key(|(day, _)| *day).map(|(_, value)| value)
}

fn http_date(day: Date) -> HeaderValue {
    value(&httpdate::fmt_http_date(UNIX_EPOCH + lifecycle::instant(day)))
}

/// A header value of text that was checked while compiling; empty if it is none.
pub(crate) fn value(text: &str) -> HeaderValue {
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""))
}
