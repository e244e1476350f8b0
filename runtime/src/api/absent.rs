//! Answers that come from no endpoint.

use super::dispatch::Site;
use super::settings::Settings;
use crate::problem::Kind;
use crate::response_headers::lifecycle::{AfterSunset, Ending, Ends, Lifecycle};
use crate::version::ApiVersions;
use axum::extract::{OriginalUri, Request};
use axum::response::{IntoResponse, Response};
use http::header::{ALLOW, CACHE_CONTROL, RETRY_AFTER};
use http::{HeaderValue, Method, StatusCode};

/// For [`SunsetCounter`](super::SunsetCounter), where there is no handler to name.
const NO_ENDPOINT: &str = "";

impl<V: ApiVersions, S> Site<V, S> {
    /// A path on which nothing depends on the version, asked for another method.
    pub(super) fn without_versions(&self, request: &Request) -> Response {
        let allow = self.table.allow(None).unwrap_or(HeaderValue::from_static("OPTIONS"));
        if request.method() == Method::OPTIONS {
            return (StatusCode::NO_CONTENT, [(ALLOW, allow)]).into_response();
        }
        let (method, path) = (method(request), path(request));
        let problem =
            Kind::MethodNotAllowed.because(format!("{path} does not answer {method}")).header(ALLOW, allow);
        self.settings.context(None).enter(|| problem.into_response())
    }

    /// A version in which no endpoint of the path has this method. The version is over: 410. Other methods have
    /// endpoints: 405, and `Allow` lists those, or says so to OPTIONS. None has: 404.
    pub(super) fn absent(&self, position: usize, request: &Request) -> Response {
        let Self { settings, table, .. } = self;
        if let Some(gone) = settings.over(position, request) {
            return gone;
        }
        let release = &settings.timeline.releases[position];
        let Some(allow) = table.allow(Some(position)) else { return settings.not_found(position, request) };
        if request.method() == Method::OPTIONS {
            return (StatusCode::NO_CONTENT, [(ALLOW, allow)]).into_response();
        }
        let (method, path) = (method(request), path(request));
        let problem = Kind::MethodNotAllowed
            .because(format!("{path} does not answer {method} in {}", release.date))
            .header(ALLOW, allow);
        settings.context(Some(position)).enter(|| problem.into_response())
    }
}

impl<V: ApiVersions, S> Settings<V, S> {
    /// 410 to whatever is asked of a version that is over.
    pub(super) fn over(&self, position: usize, request: &Request) -> Option<Response> {
        let releases = self.timeline.releases;
        let ending = Ends::of(&releases[position], Lifecycle::default())?.at(self.now())?;
        self.ended(ending, NO_ENDPOINT, position, request, || self.supported())
    }

    /// 410, unless it is only counted (RFC 8594 section 3, RFC 9110 section 15.5.11).
    pub(super) fn ended(
        &self,
        ending: Ending,
        endpoint: &'static str,
        position: usize,
        request: &Request,
        live: impl FnOnce() -> Vec<String>,
    ) -> Option<Response> {
        let date = self.timeline.releases[position].date;
        if let AfterSunset::DryRun(counter) = &self.after_sunset {
            counter.count(date, endpoint);
            return None;
        }
        let (method, path, now) = (method(request), path(request), self.now());
        let problem = match ending {
            Ending::Sunset => {
                Kind::VersionSunset.because(format!("{method} {path} is no longer served in {date}"))
            }
            Ending::Brownout(until) => {
                let seconds = until.saturating_sub(i64::try_from(now.as_secs()).unwrap_or(i64::MAX)).max(1);
                Kind::VersionBrownout
                    .because(format!("{date} is about to end, and is not served for {seconds} seconds"))
                    .header(RETRY_AFTER, HeaderValue::from(seconds))
                    // A cache may keep a 410 by itself, and for longer than this one holds.
                    .header(CACHE_CONTROL, HeaderValue::from_static("no-store"))
            }
        };
        let problem = problem.member("served", date.to_string()).member("supported", live());
        Some(self.context(Some(position)).enter(|| problem.into_response()))
    }

    pub(super) fn not_found(&self, position: usize, request: &Request) -> Response {
        let (path, date) = (path(request), self.timeline.releases[position].date);
        let problem = Kind::NotFound.because(format!("{path} does not exist in {date}"));
        self.context(Some(position)).enter(|| problem.into_response())
    }
}

/// What is asked for. HEAD gets the headers of GET, the length of the body among them (RFC 9110 section 9.3.2).
fn method(request: &Request) -> &Method {
    match *request.method() {
        Method::HEAD => &Method::GET,
        ref method => method,
    }
}

/// The path as the client sent it, also inside a nested router.
fn path(request: &Request) -> &str {
    request.extensions().get::<OriginalUri>().map_or_else(|| request.uri(), |OriginalUri(uri)| uri).path()
}
