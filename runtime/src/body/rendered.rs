//! The body of a response, and what may be stored of it.

use super::deferred::Rewrite;
use crate::context::{self, Context};
use crate::outcome::ResponseFacts;
use crate::wire::mode::{self, HEAD, Purpose, Seen};
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{Extensions, HeaderValue, StatusCode, header};
use std::any::TypeId;
use std::fmt;
use steadfast_core::Date;

/// Writes a body in the mode of this thread.
pub(super) type Write<'a, E> = dyn FnMut() -> Result<Vec<u8>, E> + Send + 'a;

/// What of a rendered body may be stored, and how it is rendered again; a response extension.
///
/// It is missing where the body may be stored as it is, and there is nothing to add.
#[derive(Clone)]
pub(crate) struct RenderedBody {
    /// The text that was rendered; a layer may have put another in its place.
    pub(super) written: Bytes,
    is_sensitive: bool,
    record: Option<RecordedBody>,
    /// Writes the body again, if no call was running.
    pub(super) rewrite: Option<Rewrite>,
}

/// A body as it is stored.
#[derive(Clone)]
pub(crate) struct RecordedBody {
    /// In the served version, without what is sensitive.
    pub(crate) text: Bytes,
    /// In the newest version, if it can be translated from there.
    pub(crate) head: Option<HeadText>,
}

/// A body in the newest version, without what is sensitive.
#[derive(Clone)]
pub(crate) struct HeadText {
    pub(crate) version: Date,
    /// A hash of the name of its type.
    pub(crate) type_id: u64,
    /// `None` if it is the same as the text in the served version.
    pub(crate) body: Option<Bytes>,
}

impl RenderedBody {
    /// Returns what may be stored of `body`, which a layer may have put in the place of the one that was rendered; `None`
    /// if nothing may.
    pub(crate) fn record_of(self, body: &Bytes) -> Option<RecordedBody> {
        if *body == self.written {
            return self.record;
        }
        (!self.is_sensitive).then(|| RecordedBody { text: body.clone(), head: None })
    }
}

impl fmt::Debug for RenderedBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RenderedBody(redacted)")
    }
}

/// Returns the response in place of one that could not be rendered.
pub(crate) fn unrendered(problem: impl IntoResponse) -> Response {
    let mut response = problem.into_response();
    ResponseFacts::of(&mut response).unrendered = true;
    response
}

/// Returns a response whose body `write` writes in the shape of the running call: now, and again if no call is running
/// yet. `of` is the type of the body, if bodies of that type can be translated.
///
/// If it is not known yet in which shape that is, the response has the status and the body of `unknown` until it is back in
/// its call.
pub(crate) fn response<E: IntoResponse + 'static>(
    media_type: HeaderValue,
    of: Option<TypeId>,
    unknown: Option<(StatusCode, Bytes)>,
    mut write: impl FnMut() -> Result<Vec<u8>, E> + Send + 'static,
) -> Response {
    let (status, rendered, has_shape) = match unknown {
        Some((status, bytes)) => (Some(status), Ok(Written { bytes, body: None }), false),
        None => (None, render(&mut || write().map_err(|error| Box::new(error.into_response())), of), true),
    };
    let rewrite = || Rewrite::new(of, has_shape, write);
    let rewrite = (!has_shape || Context::current().is_none()).then(rewrite);
    written(media_type, status, rendered, rewrite)
}

/// Returns a response with a body that was written, or the problem in place of one; see [`response`].
// Apart from the types of bodies: this is compiled once.
fn written(
    media_type: HeaderValue,
    unknown: Option<StatusCode>,
    rendered: Result<Written, Box<Response>>,
    rewrite: Option<Rewrite>,
) -> Response {
    let written = match rendered {
        Ok(written) => written,
        Err(problem) => return unrendered(*problem),
    };
    let mut response = Response::new(Body::empty());
    response.headers_mut().insert(header::CONTENT_TYPE, media_type);
    match rewrite {
        Some(rewrite) => written.deferred(rewrite).put_into(&mut response),
        None => written.put_into(&mut response),
    }
    if let Some(status) = unknown {
        *response.status_mut() = status;
        ResponseFacts::of(&mut response).unrendered = true;
    }
    response
}

/// Notes that something of a response besides its body is in the shape of its version, and cannot be translated.
pub(crate) fn bind_to_version(extensions: &mut Extensions) {
    if context::is_recorded() {
        extensions.get_or_insert_default::<ResponseFacts>().has_shaped_headers = true;
    }
}

/// A body that was written.
pub(crate) struct Written {
    bytes: Bytes,
    body: Option<RenderedBody>,
}

impl Written {
    /// Lets the body be rendered again by [`render_pending`](super::render_pending).
    pub(crate) fn deferred(mut self, rewrite: Rewrite) -> Self {
        let bytes = &self.bytes;
        let body = self.body.get_or_insert_with(|| RenderedBody {
            written: bytes.clone(),
            is_sensitive: false,
            record: Some(RecordedBody { text: bytes.clone(), head: None }),
            rewrite: None,
        });
        body.rewrite = Some(rewrite);
        self
    }

    /// Makes it the body of a response.
    pub(crate) fn put_into(self, response: &mut Response) {
        let extensions = response.extensions_mut();
        // That of the text before is of no text any more.
        extensions.remove::<RenderedBody>();
        if let Some(rendered_body) = self.body {
            extensions.insert(rendered_body);
        }
        *response.body_mut() = Body::from(self.bytes);
    }
}

/// Writes a body in the shape of the running call, and beside it what may be stored.
pub(crate) fn render<E>(write: &mut Write<'_, E>, of: Option<TypeId>) -> Result<Written, E> {
    let call = Context::current();
    // Without a call it is not known yet who stores it.
    let is_recorded = call.is_none() || context::is_recorded();
    let version = mode::served();
    let (bytes, seen) = mode::with(Purpose::Wire { is_recorded }, || mode::scope(version, &mut *write));
    let bytes = Bytes::from(bytes?);
    if seen.sensitive {
        context::note_sensitive();
    }
    if !is_recorded {
        return Ok(Written { bytes, body: None });
    }
    let text = if seen.sensitive {
        let (text, _) = mode::with(Purpose::Record, || mode::scope(version, &mut *write));
        text.ok().map(Bytes::from)
    } else {
        Some(bytes.clone())
    };
    let record = text.map(|text| {
        let head = call.zip(of).and_then(|(call, of)| head(write, of, call, &text, seen));
        RecordedBody { text, head }
    });
    let is_needed = seen.sensitive || record.as_ref().is_some_and(|record| record.head.is_some());
    let body = is_needed.then(|| RenderedBody {
        written: bytes.clone(),
        is_sensitive: seen.sensitive,
        record,
        rewrite: None,
    });
    Ok(Written { bytes, body })
}

/// Writes a body in the newest version; `None` where nobody asks for it, and where older versions may show something that
/// the newest does not tell. `seen` was noticed when `served` was written.
fn head<E>(
    write: &mut Write<'_, E>,
    of: TypeId,
    call: Context,
    served: &Bytes,
    seen: Seen,
) -> Option<HeadText> {
    let type_id = call.recording?.translatable(of)?;
    let version = call.timeline.releases.last()?.date;
    let (body, seen) = if call.served_date()? == version {
        (None, seen)
    } else {
        let (body, seen) = mode::with(Purpose::Record, || mode::scope(HEAD, write));
        (Some(Bytes::from(body.ok()?)).filter(|body| body != served), seen)
    };
    (!seen.lossy).then_some(HeadText { version, type_id, body })
}

#[cfg(test)]
mod tests;
