//! Bodies that were written where no call was running, such as in a task that the handler spawned.
//!
//! Such a response shows the head until it is back in its call, which writes it once more in the served shape.

use super::sensitive;
use super::versioned::{Unwritten, Written, unwritten};
use crate::problem::Problem;
use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use futures_util::FutureExt;
use http::StatusCode;
use http_body::Body as _;
use http_body_util::BodyExt;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

type Write = Box<dyn FnMut() -> Result<Written, Problem> + Send>;

/// A response extension that can write the body again.
// `Arc<Mutex<..>>`, because extensions are `Clone + Sync` and a body need be neither.
#[derive(Clone)]
struct Pending {
    /// What was written: only this is replaced, and not what the handler may have put in its place.
    written: Bytes,
    write: Arc<Mutex<Option<Write>>>,
}

impl fmt::Debug for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pending")
    }
}

/// Lets the body, which is `written`, be written again by [`render_pending`].
pub(crate) fn leave(
    response: &mut Response,
    written: Bytes,
    write: impl FnMut() -> Result<Written, Problem> + Send + 'static,
) {
    let write: Write = Box::new(write);
    response.extensions_mut().insert(Pending { written, write: Arc::new(Mutex::new(Some(write))) });
}

/// Writes the body of a response in the shape of the running call, if that could not be done before.
///
/// Status and headers of the response stay as they are, unless the body cannot be written.
pub(crate) fn render_pending(response: &mut Response) {
    rewrite(response);
    // A status that was put over the answer, as in `(StatusCode::CREATED, Versioned(..))`, does not make it written.
    if response.extensions().get::<Unwritten>().is_some() {
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    }
}

fn rewrite(response: &mut Response) {
    let Some(Pending { written, write }) = response.extensions_mut().remove() else { return };
    let Some(mut write) = write.lock().unwrap_or_else(PoisonError::into_inner).take() else { return };
    if response.body().size_hint().exact() != Some(written.len() as u64) {
        return;
    }
    // A body of known length that is in memory is there at once.
    let body = std::mem::take(response.body_mut());
    let Some(Ok(body)) = body.collect().now_or_never() else { return };
    let body = body.to_bytes();
    if body.as_ptr() != written.as_ptr() {
        *response.body_mut() = Body::from(body);
        return;
    }
    match sensitive::written(&mut *write) {
        Ok(told) => {
            response.headers_mut().remove(http::header::CONTENT_LENGTH);
            told.put_into(response);
        }
        Err(problem) => *response = unwritten(problem),
    }
}
