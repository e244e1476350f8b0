//! From a request to the endpoint of its method and version.

use super::entry::Entered;
use super::settings::{Resolved, Settings, Told};
use super::table::{Slot, Table};
use crate::endpoint::EndpointCall;
use crate::endpoint::Method;
use crate::response_headers::etag;
use crate::response_headers::lifecycle::Ends;
use crate::response_headers::links::{LinkRewriter, PathVersion};
use crate::response_headers::version_headers::EndpointHeaders;
use crate::response_headers::{ResponseDecorator, decorate};
use crate::version::ApiVersions;
use crate::version::source::without;
use axum::extract::Request;
use axum::handler::Handler;
use axum::response::Response;
use std::sync::Arc;
use steadfast_core::BoxFuture;

/// A path of an API.
pub(crate) struct Site<V, S> {
    pub(crate) settings: Arc<Settings<V, S>>,
    pub(crate) table: Arc<Table<S>>,
    /// Whether requests come through an [`Entry`](super::entry::Entry), which has read their version.
    pub(crate) entered: bool,
}

/// The handler that axum calls for a path.
pub(crate) struct Dispatch<V, S>(pub(crate) Arc<Site<V, S>>);

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

    fn call(self, mut request: Request, state: S) -> Self::Future {
        let Site { settings, table, entered } = &*self.0;
        let entered = if *entered { Entered::leave(&mut request) } else { None };
        if let Some(call) = table.neutral(Method::of_request(&request)) {
            let context = settings.context(None);
            return call.call(EndpointCall { request, state, context, dress: None, gone: None });
        }
        if !table.has_versions() {
            let response = self.0.without_versions(&request);
            return Box::pin(std::future::ready(response));
        }
        let told = match entered {
            Some(Entered { resolved: Ok(resolved), via, .. }) => {
                return self.0.serve(resolved, via, request, state);
            }
            Some(Entered { resolved: Err(refused), .. }) => Told::Refused(refused),
            None => settings.tell(&request, None),
        };
        match told {
            Told::At(resolved) => self.0.serve(resolved, None, request, state),
            Told::Refused(refused) => Box::pin(std::future::ready(settings.refuse(refused))),
            Told::Ask(named) => Box::pin(async move {
                let (mut parts, body) = request.into_parts();
                match self.0.settings.ask(named, &mut parts, &state).await {
                    Ok(resolved) => {
                        self.0.serve(resolved, None, Request::from_parts(parts, body), state).await
                    }
                    Err(answered) => self.0.settings.answer(answered),
                }
            }),
        }
    }
}

impl<V, S> Site<V, S>
where
    V: ApiVersions,
    S: Clone + Send + Sync + 'static,
{
    fn serve(
        &self,
        resolved: Resolved,
        via: Option<PathVersion>,
        mut request: Request,
        state: S,
    ) -> BoxFuture<'static, Response> {
        let Self { settings, table, .. } = self;
        let position = resolved.position;
        let mut uri = None;
        if let Some(name) = settings.policy.query_param() {
            uri = without(name, request.uri());
        }
        let Some((slot, headers)) = table.slot(Method::of_request(&request), position) else {
            // A GET that looks at no version answers HEAD, also where HEAD has versions of its own, but not this one.
            if request.method() == http::Method::HEAD
                && let Some(call) = table.neutral(Some(Method::Get))
            {
                let context = settings.context(None);
                return call.call(EndpointCall { request, state, context, dress: None, gone: None });
            }
            let dress = self.dress(&settings.headers, resolved, via.clone(), &request);
            let context = settings.context(Some(position));
            let response = self.absent(position, &request);
            return Box::pin(std::future::ready(decorate(response, context, Some(&dress))));
        };
        let dress = self.dress(headers, resolved, via.clone(), &request);
        let context = settings.context(Some(position));
        let gone = self.gone(slot, headers.ends(position), position, &request).map(Box::new);
        let endpoint = slot.made.at(settings.timeline.releases[position].date);
        if endpoint.compares() && (via.is_some() || uri.is_some()) {
            let query = uri.as_ref().unwrap_or(request.uri()).query();
            let target = LinkRewriter::new(&request, via, settings.now(), &settings.templates).target(query);
            request.extensions_mut().insert(target);
        }
        if let Some(uri) = uri {
            *request.uri_mut() = uri;
        }
        etag::unmark(request.headers_mut(), || settings.timeline.releases[position].date.to_bytes());
        endpoint.call(EndpointCall { request, state, context, dress: Some(dress), gone })
    }

    fn gone(
        &self,
        slot: &Slot<S>,
        ends: Option<Ends>,
        position: usize,
        request: &Request,
    ) -> Option<Response> {
        let ending = ends?.at(self.settings.now())?;
        let (settings, method) = (&self.settings, Method::of_request(request));
        settings.ended(ending, slot.name, position, request, || {
            self.table.live(method, settings.timeline, settings.lists_previews(), settings.now())
        })
    }

    /// What the answer gets; the request is looked at only if a header of the answer refers to it.
    fn dress(
        &self,
        endpoint: &Arc<EndpointHeaders>,
        resolved: Resolved,
        via: Option<PathVersion>,
        request: &Request,
    ) -> ResponseDecorator {
        let (Self { settings, .. }, Resolved { position, form, is_of_caller }) = (self, resolved);
        let client = (endpoint.is_leaving(position) || via.is_some())
            .then(|| Box::new(LinkRewriter::new(request, via, settings.now(), &settings.templates)));
        ResponseDecorator { endpoint: Arc::clone(endpoint), position, client, form, is_of_caller }
    }
}
