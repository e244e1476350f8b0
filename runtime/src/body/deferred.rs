//! Bodies that were rendered where no call was running, such as in a task that the handler spawned.
//!
//! Such a response shows the head until it is back in its call, which renders it once more in the served shape.

use super::rendered::{RenderedBody, Write, render, unrendered};
use crate::outcome::ResponseFacts;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use http::StatusCode;
use http_body::Body as _;
use http_body_util::BodyExt;
use std::any::TypeId;
use std::sync::{Arc, Mutex, PoisonError};

type Writer = Box<Write<'static, Box<Response>>>;

/// Writes a body again.
// `Arc<Mutex<..>>`, because extensions are `Clone + Sync` and a body need be neither.
#[derive(Clone)]
pub(crate) struct Rewrite {
    of: Option<TypeId>,
    /// Whether the body was written in a shape that was known.
    has_shape: bool,
    write: Arc<Mutex<Option<Writer>>>,
}

impl Rewrite {
    pub(crate) fn new<E: IntoResponse>(
        of: Option<TypeId>,
        has_shape: bool,
        mut write: impl FnMut() -> Result<Vec<u8>, E> + Send + 'static,
    ) -> Self {
        let write: Writer = Box::new(move || write().map_err(|error| Box::new(error.into_response())));
        Self { of, has_shape, write: Arc::new(Mutex::new(Some(write))) }
    }
}

/// Renders the body of a response in the shape of the running call, if that could not be done before.
///
/// Status and headers of the response stay as they are, unless the body cannot be written.
pub(crate) fn render_pending(response: &mut Response) {
    if response.extensions().is_empty() {
        return;
    }
    render_again(response);
    // A status that was put over the response, as in `(StatusCode::CREATED, Versioned(..))`, does not make it written.
    if response.extensions().get::<ResponseFacts>().is_some_and(|facts| facts.unrendered) {
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    }
}

/// Returns whether a problem stands in place of the body until it is known in which shape that is rendered.
pub(crate) fn is_pending(response: &Response) -> bool {
    let rewrite = response.extensions().get::<RenderedBody>().and_then(|rendered| rendered.rewrite.as_ref());
    rewrite.is_some_and(|rewrite| !rewrite.has_shape)
}

fn render_again(response: &mut Response) {
    let Some(rendered) = response.extensions_mut().get_mut::<RenderedBody>() else { return };
    let Some(Rewrite { of, has_shape, write }) = rendered.rewrite.take() else { return };
    let written = rendered.written.clone();
    let Some(mut write) = write.lock().unwrap_or_else(PoisonError::into_inner).take() else { return };
    // Whoever gives the response a status of its own has put something else in the place of the problem.
    if !has_shape && response.status() != StatusCode::INTERNAL_SERVER_ERROR {
        ResponseFacts::of(response).unrendered = false;
    }
    if response.body().size_hint().exact() != Some(written.len() as u64) {
        return;
    }
    // A body of known length that is in memory is there at once.
    let body = std::mem::take(response.body_mut());
    let Some(Ok(body)) = body.collect().now_or_never() else { return };
    let body = body.to_bytes();
    if body != written {
        *response.body_mut() = Body::from(body);
        return;
    }
    match render(&mut *write, of) {
        Ok(written) => {
            // That of the problem in its place; another one was put there since.
            if !has_shape {
                ResponseFacts::of(response).unrendered = false;
                if response.status() == StatusCode::INTERNAL_SERVER_ERROR {
                    *response.status_mut() = StatusCode::OK;
                }
            }
            response.headers_mut().remove(http::header::CONTENT_LENGTH);
            written.put_into(response);
        }
        Err(problem) => *response = unrendered(*problem),
    }
}
