//! From a request to the endpoint of its method and version.

use super::call::{Call, Calling};
use super::headers::{AnswerHeaders, Vary};
use crate::clock::Clock;
use crate::context::Context;
use crate::endpoint::Method;
use crate::idempotency::BoxFuture;
use crate::problem::{Kind, Problem};
use crate::version::{ApiVersions, VersionPolicy, resolve};
use axum::extract::{OriginalUri, Request};
use axum::handler::Handler;
use axum::response::{IntoResponse, Response};
use http::header::{ALLOW, CACHE_CONTROL, LINK};
use http::{HeaderValue, request};
use std::sync::Arc;
use std::time::Duration;
use steadfast_core::Timeline;

/// What all paths of an API share.
pub(crate) struct Settings<V, S> {
    pub(crate) timeline: &'static Timeline,
    pub(crate) policy: VersionPolicy<V, S>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) previews: bool,
    pub(crate) problem_base: &'static str,
    pub(crate) vary: Vary,
    /// By version, for answers that come from no endpoint.
    pub(crate) headers: Vec<Arc<AnswerHeaders>>,
}

/// An endpoint at one version.
pub(crate) struct Slot<S> {
    pub(crate) call: Arc<dyn Call<S>>,
    pub(crate) headers: Arc<AnswerHeaders>,
    /// The time since the epoch from which it is gone.
    pub(crate) sunset: Option<Duration>,
}

/// The endpoints of one method of a path.
pub(crate) enum Row<S> {
    Neutral(Arc<dyn Call<S>>),
    /// By the position of the version.
    Versioned(Vec<Option<Slot<S>>>),
}

/// The endpoints of one path.
pub(crate) struct Table<V, S> {
    pub(crate) settings: Arc<Settings<V, S>>,
    /// By method.
    pub(crate) rows: [Option<Row<S>>; Method::ALL.len()],
}

/// The handler that axum calls for a path.
pub(crate) struct Dispatch<V, S>(pub(crate) Arc<Table<V, S>>);

impl<V, S> Clone for Dispatch<V, S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<V, S> Handler<(), S> for Dispatch<V, S>
where
    V: ApiVersions,
    S: Clone + Send + Sync + 'static,
{
    type Future = BoxFuture<'static, Response>;

    fn call(self, request: Request, state: S) -> Self::Future {
        let table = &*self.0;
        let settings = &*table.settings;
        let row = table.row(request.method());
        if let Some(Row::Neutral(call)) = row {
            let context = settings.context(None);
            return call.call(Calling { request, state, context, headers: None, gone: None });
        }
        if !table.has_versions() {
            let (method, path) = (request.method(), path(&request));
            let problem = Kind::MethodNotAllowed
                .because(format!("{path} does not answer {method}"))
                .header(ALLOW, table.allow(None));
            return Box::pin(std::future::ready(settings.context(None).enter(|| problem.into_response())));
        }
        match resolve::from_header(
            settings.timeline,
            &settings.policy.header,
            request.headers(),
            settings.previews,
        ) {
            Ok(Some(position)) => table.serve(position, request, state),
            Ok(None) if settings.policy.pin.is_some() => Box::pin(self.serve_pinned(request, state)),
            Ok(None) => table.serve_default(request, state),
            Err(problem) => settings.refuse(problem),
        }
    }
}

impl<V, S> Dispatch<V, S>
where
    V: ApiVersions,
    S: Clone + Send + Sync + 'static,
{
    async fn serve_pinned(self, request: Request, state: S) -> Response {
        let table = &*self.0;
        let settings = &*table.settings;
        let (mut parts, body) = request.into_parts();
        let pinned = match &settings.policy.pin {
            Some((_, pin)) => settings.context(None).scope(pin.pin(&mut parts, &state)).await,
            None => Ok(None),
        };
        let request = Request::from_parts(parts, body);
        match pinned {
            Ok(Some(version)) => match resolve::serve(settings.timeline, version.date(), settings.previews) {
                Ok(position) => table.serve(position, request, state).await,
                Err(problem) => settings.refuse(problem).await,
            },
            Ok(None) => table.serve_default(request, state).await,
            Err(mut rejection) => {
                settings.vary.apply(rejection.headers_mut());
                rejection
            }
        }
    }
}

impl<V, S> Table<V, S>
where
    V: ApiVersions,
    S: Clone + Send + Sync + 'static,
{
    /// The row of a method. A HEAD without an endpoint of its own is a GET whose body axum leaves out.
    fn row(&self, method: &http::Method) -> Option<&Row<S>> {
        let row = |method: Method| self.rows[method as usize].as_ref();
        match Method::of(method)? {
            Method::Head => row(Method::Head).or_else(|| row(Method::Get)),
            method => row(method),
        }
    }

    fn slot(&self, method: &http::Method, position: usize) -> Option<&Slot<S>> {
        let slot = |method: Method| match &self.rows[method as usize] {
            Some(Row::Versioned(slots)) => slots[position].as_ref(),
            _ => None,
        };
        match Method::of(method)? {
            Method::Head => slot(Method::Head).or_else(|| slot(Method::Get)),
            method => slot(method),
        }
    }

    fn serve_default(&self, request: Request, state: S) -> BoxFuture<'static, Response> {
        let Settings { timeline, policy, previews, .. } = &*self.settings;
        match policy.default {
            Some(version) => self.serve(version.position(), request, state),
            None => self.settings.refuse(resolve::unspecified(timeline, &policy.header, *previews)),
        }
    }

    fn serve(&self, position: usize, request: Request, state: S) -> BoxFuture<'static, Response> {
        let settings = &*self.settings;
        let context = settings.context(Some(position));
        let Some(slot) = self.slot(request.method(), position) else {
            if let (&http::Method::HEAD, Some(Row::Neutral(call))) =
                (request.method(), &self.rows[Method::Get as usize])
            {
                let context = settings.context(None);
                return call.call(Calling { request, state, context, headers: None, gone: None });
            }
            let problem = self.absent(&request, position);
            let mut response = context.enter(|| problem.into_response());
            settings.headers[position].apply(response.headers_mut());
            return Box::pin(std::future::ready(response));
        };
        let gone = match slot.sunset {
            Some(sunset) if settings.clock.now() >= sunset => {
                Some(Box::new(self.gone(slot, &request, context)))
            }
            _ => None,
        };
        let headers = Some(Arc::clone(&slot.headers));
        slot.call.call(Calling { request, state, context, headers, gone })
    }

    /// Another method of the path has an endpoint in this version: 405, and `Allow` lists those. None has: 404.
    fn absent(&self, request: &Request, position: usize) -> Problem {
        let release = &self.settings.timeline.releases[position];
        let allow = self.allow(Some(position));
        let (method, path) = (request.method(), path(request));
        if allow.is_empty() {
            return Kind::NotFound.because(format!("{path} does not exist in {}", release.date));
        }
        Kind::MethodNotAllowed
            .because(format!("{path} does not answer {method} in {}", release.date))
            .header(ALLOW, allow)
    }

    /// The methods that have an endpoint in a version, or in none.
    fn allow(&self, position: Option<usize>) -> HeaderValue {
        let has = |method: Method| match (&self.rows[method as usize], position) {
            (Some(Row::Neutral(_)), _) => true,
            (Some(Row::Versioned(slots)), Some(position)) => slots[position].is_some(),
            _ => false,
        };
        let allowed: Vec<&str> = Method::ALL
            .into_iter()
            .filter(|method| has(*method) || *method == Method::Head && has(Method::Get))
            .map(Method::as_str)
            .collect();
        HeaderValue::try_from(allowed.join(", ")).unwrap_or(HeaderValue::from_static(""))
    }

    fn has_versions(&self) -> bool {
        self.rows.iter().flatten().any(|row| matches!(row, Row::Versioned(_)))
    }

    /// The versions in which a method of this path is still served.
    fn live(&self, method: &http::Method) -> Vec<String> {
        let Settings { timeline, clock, previews, .. } = &*self.settings;
        let now = clock.now();
        let served = |position: &usize| {
            self.slot(method, *position).is_some_and(|slot| slot.sunset.is_none_or(|sunset| now < sunset))
                && (*previews || !timeline.releases[*position].preview)
        };
        (0..timeline.releases.len())
            .filter(served)
            .map(|position| timeline.releases[position].date.to_string())
            .collect()
    }

    /// 410 with the way to the successor (RFC 8594, RFC 5829).
    fn gone(&self, slot: &Slot<S>, request: &Request, context: Context) -> Response {
        let date = context.served_date().map(|date| date.to_string()).unwrap_or_default();
        let (method, path) = (request.method(), path(request));
        let mut problem = Kind::VersionSunset
            .because(format!("{method} {path} is no longer served in {date}"))
            .member("served", date)
            .member("supported", self.live(method));
        if let Ok(link) = HeaderValue::try_from(format!("<{path}>; rel=\"successor-version\"")) {
            problem = problem.header(LINK, link);
        }
        let mut response = context.enter(|| problem.into_response());
        slot.headers.apply(response.headers_mut());
        response
    }
}

impl<V, S> Settings<V, S> {
    fn context(&self, served: Option<usize>) -> Context {
        Context { timeline: self.timeline, served, problem_base: self.problem_base }
    }

    /// The answer to a request whose version cannot be told. It must not be kept by a cache.
    fn refuse(&self, problem: Problem) -> BoxFuture<'static, Response> {
        let problem = problem.header(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        let mut response = self.context(None).enter(|| problem.into_response());
        self.vary.apply(response.headers_mut());
        Box::pin(std::future::ready(response))
    }
}

/// The path as the client sent it, also inside a nested router.
fn path(request: &request::Request<axum::body::Body>) -> &str {
    request.extensions().get::<OriginalUri>().map_or_else(|| request.uri(), |OriginalUri(uri)| uri).path()
}
