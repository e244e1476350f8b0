use crate::endpoint::Meta;
use http::header::{LINK, VARY};
use http::{HeaderMap, HeaderName, HeaderValue};
use std::time::{Duration, UNIX_EPOCH};
use steadfast_core::{Date, Release, wire};

/// The headers that one endpoint at one version adds to its answers; made when the program starts.
pub(crate) struct AnswerHeaders {
    echo: (HeaderName, HeaderValue),
    vary: Vary,
    lifecycle: Vec<(HeaderName, HeaderValue)>,
}

/// The request headers that the answers of an API depend on.
#[derive(Clone)]
pub(crate) struct Vary {
    names: Vec<HeaderName>,
    joined: HeaderValue,
}

impl Vary {
    pub(crate) fn new<'a>(names: impl Iterator<Item = &'a HeaderName>) -> Self {
        let mut unique: Vec<HeaderName> = Vec::new();
        for name in names {
            if !unique.contains(name) {
                unique.push(name.clone());
            }
        }
        let joined = unique.iter().map(HeaderName::as_str).collect::<Vec<_>>().join(", ");
        Self { names: unique, joined: value(&joined) }
    }

    /// Adds the names that are not there yet (RFC 9110 section 12.5.5).
    pub(crate) fn apply(&self, headers: &mut HeaderMap) {
        if !headers.contains_key(VARY) {
            headers.insert(VARY, self.joined.clone());
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

impl AnswerHeaders {
    /// The headers of `release`; with `endpoint`, whichever of the two ends earlier counts.
    pub(crate) fn new(echo: &HeaderName, vary: &Vary, release: &Release, endpoint: Option<&Meta>) -> Self {
        let (deprecated, sunset) = lifecycle(release, endpoint);
        let mut lifecycle = Vec::new();
        if let Some(day) = deprecated {
            // RFC 9745 section 2: a Date of RFC 9651 section 3.3.7.
            lifecycle.push((
                HeaderName::from_static(wire::DEPRECATION),
                value(&format!("@{}", day.unix_seconds())),
            ));
        }
        if let Some(day) = sunset {
            lifecycle.push((HeaderName::from_static(wire::SUNSET), http_date(day)));
        }
        if let Some(guide) = release.guide {
            for (relation, day) in [("deprecation", deprecated), ("sunset", sunset)] {
                if day.is_some() {
                    lifecycle
                        .push((LINK, value(&format!("<{guide}>; rel=\"{relation}\"; type=\"text/html\""))));
                }
            }
        }
        Self { echo: (echo.clone(), version(release.date)), vary: vary.clone(), lifecycle }
    }

    pub(crate) fn apply(&self, headers: &mut HeaderMap) {
        headers.insert(self.echo.0.clone(), self.echo.1.clone());
        self.vary.apply(headers);
        for (name, value) in &self.lifecycle {
            // A handler's own links stay; what it says of a lifecycle that is declared does not.
            if *name == LINK {
                headers.append(name.clone(), value.clone());
            } else {
                headers.insert(name.clone(), value.clone());
            }
        }
    }

    /// Says that the answer is rendered in another version than the served one.
    pub(crate) fn echo_other(&self, date: Date, headers: &mut HeaderMap) {
        headers.insert(self.echo.0.clone(), version(date));
    }
}

/// The days from which the endpoint is deprecated and gone in this version.
pub(crate) fn lifecycle(release: &Release, endpoint: Option<&Meta>) -> (Option<Date>, Option<Date>) {
    let earlier = |of_version: Option<Date>, of_endpoint: Option<Date>| match (of_version, of_endpoint) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
    (
        earlier(release.deprecated, endpoint.and_then(|meta| meta.deprecated)),
        earlier(release.sunset, endpoint.and_then(|meta| meta.sunset)),
    )
}

/// 00:00:00 UTC of the day, as time since the epoch; the epoch for days before it.
pub(crate) fn instant(day: Date) -> Duration {
    Duration::from_secs(u64::try_from(day.unix_seconds()).unwrap_or(0))
}

fn http_date(day: Date) -> HeaderValue {
    value(&httpdate::fmt_http_date(UNIX_EPOCH + instant(day)))
}

fn version(date: Date) -> HeaderValue {
    value(&date.to_string())
}

/// A header value of text that was checked while compiling; empty if it is none.
fn value(text: &str) -> HeaderValue {
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""))
}
