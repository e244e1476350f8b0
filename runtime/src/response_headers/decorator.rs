//! The headers that every response gets.

use super::etag;
use super::links::LinkRewriter;
use super::version_headers::{HeadersByVersion, VersionHeaders};
use crate::context::Context;
use crate::wire;
use axum::response::Response;
use std::sync::Arc;
use steadfast_core::{Date, Timeline};

/// The headers of one answer.
pub(crate) struct ResponseDecorator {
    /// Those of the endpoint, by version.
    pub(crate) row: Arc<HeadersByVersion>,
    pub(crate) position: usize,
    /// The request; `None` if no header refers to it.
    pub(crate) client: Option<Box<LinkRewriter>>,
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

/// Everything that every answer gets, whoever made it.
pub(crate) fn decorate(
    mut response: Response,
    context: Context,
    dress: Option<&ResponseDecorator>,
) -> Response {
    context.enter(|| wire::render_pending(&mut response));
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
    if let Some(client) = &dress.client {
        client.add_successor_links(&added.successors, context.timeline, headers);
    }
    response
}
