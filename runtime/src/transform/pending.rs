//! Bodies that were written where no call was running, such as in a task that the handler spawned.
//!
//! Such a response shows the head until it is back in its call, which writes it once more in the served shape.

use super::versioned::respond;
use axum::response::Response;
use serde::Serialize;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

type Render = Box<dyn FnOnce() -> Response + Send>;

/// A response extension that can write the body again.
// `Arc<Mutex<..>>`, because extensions are `Clone + Sync` and a body need be neither.
#[derive(Clone)]
struct Pending(Arc<Mutex<Option<Render>>>);

impl fmt::Debug for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pending")
    }
}

/// Lets the body be written again by [`render_pending`].
pub(super) fn leave<T: Serialize + Send + 'static>(response: &mut Response, body: T) {
    let render: Render = Box::new(move || respond(&body));
    response.extensions_mut().insert(Pending(Arc::new(Mutex::new(Some(render)))));
}

/// Writes the body of a response in the shape of the running call, if that could not be done before.
///
/// Status and headers of the response stay as they are, unless the body cannot be written.
pub(crate) fn render_pending(response: &mut Response) {
    let Some(Pending(render)) = response.extensions_mut().remove() else { return };
    let Some(render) = render.lock().unwrap_or_else(PoisonError::into_inner).take() else { return };
    let fresh = render();
    if fresh.status().is_success() {
        response.headers_mut().remove(http::header::CONTENT_LENGTH);
        *response.body_mut() = fresh.into_body();
    } else {
        *response = fresh;
    }
}
