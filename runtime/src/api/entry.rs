//! Paths whose version must be known before they are matched.
//!
//! Two kinds: those below the segment of a version, and those that different versions match differently. A request
//! enters here, and then a router that knows only its version's paths.

use super::dispatch::Dispatch;
use super::settings::{Resolved, Settings, Told};
use crate::response_headers::links::{PathVersion, Templates};
use crate::response_headers::{ResponseDecorator, decorate};
use crate::version::ApiVersions;
use crate::version::resolve::Refused;
use crate::version::source::with_target;
use axum::Router;
use axum::extract::{OriginalUri, Request};
use axum::handler::Handler;
use axum::response::Response;
use http::header::CONTENT_LENGTH;
use http::request::Parts;
use http::uri::PathAndQuery;
use http::{Extensions, Method, Uri};
use http_body::Body as _;
use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};
use steadfast_core::BoxFuture;
use steadfast_core::Date;
use tower_service::Service;

/// What is known of a request that came through an entry; a request extension.
#[derive(Debug, Clone)]
pub(crate) struct Entered {
    pub(crate) resolved: Result<Resolved, Refused>,
    pub(crate) via: Option<PathVersion>,
    /// What axum took off the path that the endpoint declares.
    taken: &'static str,
}

impl Entered {
    /// Gives the request the path back that its endpoint declares.
    pub(crate) fn leave(request: &mut Request) -> Option<Self> {
        let entered: Self = request.extensions_mut().remove()?;
        let target = request.uri().path_and_query().map_or("/", PathAndQuery::as_str);
        if !entered.taken.is_empty()
            && let Some(uri) = with_target(request.uri(), format!("{}{target}", entered.taken))
        {
            *request.uri_mut() = uri;
        }
        Some(entered)
    }
}

/// The paths below a prefix.
pub(crate) struct Entry<V, S> {
    pub(crate) settings: Arc<Settings<V, S>>,
    pub(crate) state: S,
    /// The prefix, as the endpoints below it declare it.
    pub(crate) prefix: &'static str,
    pub(crate) named: Option<(Date, Arc<str>)>,
    /// The endpoints of the prefix itself, and of the prefix with a slash.
    pub(crate) ends: [Option<Dispatch<V, S>>; 2],
    /// By the position of the version.
    pub(crate) routers: Vec<Router>,
    /// The endpoints that look at no version.
    pub(crate) neutral: Option<Neutral>,
}

/// The endpoints of a prefix that look at no version, among others that do.
pub(crate) struct Neutral {
    pub(crate) router: Router,
    /// All paths below the prefix.
    pub(crate) paths: Templates,
}

/// The service that axum calls for a prefix.
pub(crate) struct Enter<V, S>(pub(crate) Arc<Entry<V, S>>);

impl<V, S> Clone for Enter<V, S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<V, S> Service<Request> for Enter<V, S>
where
    V: ApiVersions,
    S: Clone + Send + Sync + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let entry = Arc::clone(&self.0);
        let head = request.method() == Method::HEAD;
        Box::pin(async move {
            let mut response = entry.enter(request).await;
            if head {
                leave_out_body(&mut response);
            }
            Ok(response)
        })
    }
}

/// What axum does to answers to HEAD, but not to those of a service that stands for a prefix (RFC 9110 section 9.3.2).
fn leave_out_body(response: &mut Response) {
    let body = std::mem::take(response.body_mut());
    if let Some(length) = body.size_hint().exact().filter(|length| *length > 0) {
        response.headers_mut().entry(CONTENT_LENGTH).or_insert(length.into());
    }
}

impl<V, S> Entry<V, S>
where
    V: ApiVersions,
    S: Clone + Send + Sync + 'static,
{
    async fn enter(&self, mut request: Request) -> Response {
        let Self { settings, prefix, named, .. } = self;
        // Whoever is asked about a caller is not asked about one whose version does not matter.
        if let Some(neutral) = &self.neutral
            && neutral.paths.are_neutral(request.uri().path())
            && self.is_whole(&request)
        {
            let resolved = Err(settings.policy.unspecified());
            request.extensions_mut().insert(Entered { resolved, via: None, taken: prefix });
            let Ok(response) = neutral.router.clone().call(request).await;
            return response;
        }
        let resolved = match settings.tell(&request, named.as_ref().map(|(date, _)| *date)) {
            Told::At(resolved) => Ok(resolved),
            Told::Refused(refused) => Err(refused),
            Told::Ask(named) => {
                let (mut parts, body) = request.into_parts();
                let inside = parts.uri.clone();
                // Who is asked sees the path that the endpoints declare, as where no entry is in between.
                if let Some(uri) = self.declared(&parts) {
                    parts.uri = uri;
                }
                let asked = settings.ask(named, &mut parts, &self.state).await;
                parts.uri = inside;
                request = Request::from_parts(parts, body);
                match asked {
                    Ok(resolved) => Ok(resolved),
                    Err(super::settings::Answered::Refused(refused)) => Err(refused),
                    Err(answered) => return settings.answer(answered),
                }
            }
        };
        let via = named.as_ref().map(|(_, segment)| PathVersion { prefix, segment: Arc::clone(segment) });
        let is_whole = self.is_whole(&request);
        let root = request.uri().path() == "/";
        let entered = Entered { resolved, via, taken: prefix };
        if !is_whole {
            return settings.unmatched(entered, &request);
        }
        if root && !prefix.is_empty() {
            return self.end(entered, request).await;
        }
        let router = match &entered.resolved {
            Ok(resolved) => &self.routers[resolved.position],
            Err(refused) => match &self.neutral {
                Some(neutral) => &neutral.router,
                None => return settings.refuse(refused.clone()),
            },
        };
        request.extensions_mut().insert(entered);
        let Ok(response) = router.clone().call(request).await;
        response
    }

    /// Whether axum took the prefix off the path and nothing more: it takes a slash too many off `/v2//payments`.
    fn is_whole(&self, request: &Request) -> bool {
        let Some(OriginalUri(original)) = request.extensions().get() else { return true };
        let ends_in_prefix = |path: &str| {
            let path = match &self.named {
                Some((_, segment)) => path.strip_suffix(&**segment).and_then(|path| path.strip_suffix('/')),
                None => Some(path),
            };
            path.is_some_and(|path| path.ends_with(self.prefix))
        };
        let (path, rest) = (original.path(), request.uri().path());
        // A layer of the user's may have given the request another path.
        path.strip_suffix(rest).is_none_or(ends_in_prefix) || rest == "/" && ends_in_prefix(path)
    }

    /// The target with the prefix that axum has taken off.
    fn declared(&self, parts: &Parts) -> Option<Uri> {
        let target = parts.uri.path_and_query().map_or("/", PathAndQuery::as_str);
        let root = parts.uri.path() == "/" && !self.prefix.is_empty() && !ends_in_slash(&parts.extensions);
        let target = if root { target.strip_prefix('/')? } else { target };
        with_target(&parts.uri, format!("{}{target}", self.prefix))
    }

    /// The prefix itself. axum strips it to `/`, with a slash behind it or not.
    async fn end(&self, entered: Entered, mut request: Request) -> Response {
        let slash = ends_in_slash(request.extensions());
        let Some(dispatch) = &self.ends[usize::from(slash)] else {
            return self.settings.unmatched(entered, &request);
        };
        let query = request.uri().query().map_or(String::new(), |query| format!("?{query}"));
        let target = format!("{}{}{query}", self.prefix, if slash { "/" } else { "" });
        if let Some(uri) = with_target(request.uri(), target) {
            *request.uri_mut() = uri;
        }
        request.extensions_mut().insert(Entered { taken: "", ..entered });
        dispatch.clone().call(request, self.state.clone()).await
    }
}

/// Whether the client's path does.
fn ends_in_slash(extensions: &Extensions) -> bool {
    extensions.get::<OriginalUri>().is_some_and(|OriginalUri(original)| original.path().ends_with('/'))
}

impl<V: ApiVersions, S> Settings<V, S> {
    /// No path of the version matches.
    pub(super) fn unmatched(&self, entered: Entered, request: &Request) -> Response {
        match entered.resolved {
            Ok(Resolved { position, is_of_caller, .. }) => {
                let endpoint = Arc::clone(&self.headers);
                let dress = ResponseDecorator { endpoint, position, client: None, form: None, is_of_caller };
                let answer =
                    self.over(position, request).unwrap_or_else(|| self.not_found(position, request));
                decorate(answer, self.context(Some(position)), Some(&dress))
            }
            Err(refused) => self.refuse(refused),
        }
    }
}
