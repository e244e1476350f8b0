//! The headers that every response gets.

use super::links::LinkRewriter;
use super::version_headers::EndpointHeaders;
use crate::body;
use crate::context::Context;
use crate::version::source::Form;
use axum::response::Response;
use http::header::CACHE_CONTROL;
use http::{HeaderMap, HeaderValue};
use std::sync::Arc;
use steadfast_core::{Date, Timeline};

/// The headers of one answer.
pub(crate) struct ResponseDecorator {
    pub(crate) endpoint: Arc<EndpointHeaders>,
    pub(crate) position: usize,
    /// The request; `None` if no header refers to it.
    pub(crate) client: Option<Box<LinkRewriter>>,
    /// How the request's media type named the version, for that of the answer.
    pub(crate) form: Option<Form>,
    /// Whether the version depends on who the caller is.
    pub(crate) is_of_caller: bool,
}

impl ResponseDecorator {
    /// For an answer in the shape of another version, such as one that was stored.
    pub(crate) fn of_version(mut self, date: Date, timeline: &Timeline) -> Self {
        if let Some(position) = timeline.position(date)
            && self.endpoint.endpoint_at(position).is_some()
        {
            self.position = position;
        }
        self
    }
}

/// Says that a response is for its caller only, unless the handler has said what caches may do.
///
/// `Vary` names the header by which callers are told apart. A shared cache that is set up to keep responses for a while, and
/// ignores it, would show one caller the response of another, in the version of the other.
pub(crate) fn keep_from_shared_caches(headers: &mut HeaderMap) {
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("private"));
}

/// Everything that every answer gets, whoever made it.
pub(crate) fn decorate(
    mut response: Response,
    context: Context,
    dress: Option<&ResponseDecorator>,
) -> Response {
    // Most have none, and then there is nothing to enter the call for.
    if !response.extensions().is_empty() {
        context.enter(|| body::render_pending(&mut response));
    }
    body::scope_body(&mut response, context);
    let Some(ResponseDecorator { endpoint, position, client, form, is_of_caller }) = dress else {
        return response;
    };
    let headers = response.headers_mut();
    endpoint.mark(*position, headers);
    if let Some(client) = client {
        client.rewrite_locations(headers);
    }
    if let (Some(media), Some(form)) = (endpoint.api.media, *form) {
        media.name_in_answer(form, &context.timeline.releases[*position], headers);
    }
    endpoint.apply(*position, headers);
    if *is_of_caller {
        keep_from_shared_caches(headers);
    }
    if let Some(client) = client {
        client.add_successor_links(endpoint, *position, headers);
    }
    response
}
