//! The headers that every response gets.

use super::etag;
use super::links::LinkRewriter;
use super::version_headers::{HeadersByVersion, VersionHeaders};
use crate::body;
use crate::context::Context;
use axum::response::Response;
use http::header::CACHE_CONTROL;
use http::{HeaderMap, HeaderValue};
use std::sync::Arc;
use steadfast_core::{Date, Timeline};

/// The headers of one answer.
pub(crate) struct ResponseDecorator {
    /// Those of the endpoint, by version.
    pub(crate) row: Arc<HeadersByVersion>,
    pub(crate) position: usize,
    /// The request; `None` if no header refers to it.
    pub(crate) client: Option<Box<LinkRewriter>>,
    /// Whether the version depends on who the caller is.
    pub(crate) is_of_caller: bool,
}

impl ResponseDecorator {
    /// For an answer in the shape of another version, such as one that was stored.
    pub(crate) fn of_version(mut self, date: Date, timeline: &Timeline) -> Self {
        if let Some(position) = timeline.position(date).filter(|position| self.row[*position].is_some()) {
            self.position = position;
        }
        self
    }

    fn headers(&self) -> Option<&VersionHeaders> {
        self.row[self.position].as_ref()
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
    context.enter(|| body::render_pending(&mut response));
    body::scope_body(&mut response, context);
    let Some((dress, added)) = dress.and_then(|dress| Some((dress, dress.headers()?))) else {
        return response;
    };
    let headers = response.headers_mut();
    etag::mark(headers, added.date());
    if let Some(client) = &dress.client {
        client.rewrite_locations(headers);
        client.set_media_type(added.release, headers);
    }
    added.apply(headers);
    if dress.is_of_caller {
        keep_from_shared_caches(headers);
    }
    if let Some(client) = &dress.client {
        client.add_successor_links(&added.successors, context.timeline, headers);
    }
    response
}
