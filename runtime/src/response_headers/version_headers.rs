use super::lifecycle::{self, DeprecationHeader, Ends, Lifecycle};
use http::header::{LINK, VARY};
use http::{HeaderMap, HeaderName, HeaderValue};
use std::time::UNIX_EPOCH;
use steadfast_core::{Date, Release, wire};

/// The headers that one endpoint at one version adds to its answers; made when the program starts.
pub(crate) struct VersionHeaders {
    echo: (HeaderName, HeaderValue),
    vary: Vary,
    lifecycle: Vec<(HeaderName, HeaderValue)>,
    /// Where clients are to go, if they are to leave: the later versions in which the endpoint answers, oldest first.
    pub(crate) successors: Vec<Successor>,
    pub(crate) release: &'static Release,
}

/// A later version of an endpoint.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Successor {
    pub(crate) position: usize,
    pub(crate) ends: Option<Ends>,
}

/// By the position of the version; `None` where the endpoint is not.
pub(crate) type HeadersByVersion = [Option<VersionHeaders>];

/// What the answers of an API have in common.
pub(crate) struct HeaderConfig<'a> {
    pub(crate) echo: &'a HeaderName,
    pub(crate) vary: &'a Vary,
    pub(crate) deprecation: DeprecationHeader,
}

/// The request headers that the answers of an API depend on.
#[derive(Clone)]
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
        if !headers.contains_key(VARY) {
            headers.insert(VARY, joined.clone());
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

impl VersionHeaders {
    /// The headers of `release`; with `endpoint`, whichever of the two ends earlier counts.
    pub(crate) fn new(
        style: &HeaderConfig<'_>,
        release: &'static Release,
        endpoint: Lifecycle,
        successors: Vec<Successor>,
    ) -> Self {
        let Lifecycle { deprecated, sunset } = endpoint.within(release);
        let mut lifecycle = Vec::new();
        if let Some(day) = deprecated {
            lifecycle.push((HeaderName::from_static(wire::DEPRECATION), style.deprecation.value(day)));
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
        let echo = (style.echo.clone(), value(&release.date.to_string()));
        let leaving = deprecated.is_some() || sunset.is_some();
        // Nobody is sent to where it ends no later.
        let outlasts = |successor: &Successor| {
            let over = sunset
                .is_some_and(|day| successor.ends.is_some_and(|ends| ends.is_over(lifecycle::instant(day))));
            leaving && !over
        };
        let successors = successors.into_iter().filter(outlasts).collect();
        Self { echo, vary: style.vary.clone(), lifecycle, successors, release }
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

    /// The date of the version, as it is written.
    pub(crate) fn date(&self) -> &[u8] {
        self.echo.1.as_bytes()
    }
}

fn http_date(day: Date) -> HeaderValue {
    value(&httpdate::fmt_http_date(UNIX_EPOCH + lifecycle::instant(day)))
}

/// A header value of text that was checked while compiling; empty if it is none.
pub(crate) fn value(text: &str) -> HeaderValue {
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""))
}
