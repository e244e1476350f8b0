//! Bodies in the shape of the version that is served.

mod created;
mod in_call;
mod observe;
mod problem_extension;
mod rejection;
#[cfg(test)]
mod tests;
pub(crate) mod translation;
pub(crate) mod typed;
mod versioned;

pub use created::Created;
pub(crate) use in_call::{has_shape, in_call, unknown};
pub use rejection::BodyRejection;
pub(crate) use rejection::pointer;
pub(crate) use translation::{Translation, type_id};
pub use versioned::Versioned;
#[cfg(feature = "ws")]
pub(crate) use versioned::parse;
pub(crate) use versioned::unserialisable;

use crate::context;
use crate::wire;

/// Runs `f` as the version sees the world that the running call is served at, for extractors and responses of your own that
/// call serde themselves.
///
/// ```
/// use serde::de::DeserializeOwned;
/// use steadfast::axum::body::Bytes;
/// use steadfast::axum::extract::{FromRequest, Request};
/// use steadfast::{Problem, Shape, at_served, http::StatusCode};
///
/// /// A body in a format of its own.
/// struct Tagged<T>(T);
///
/// impl<T: Shape + DeserializeOwned, S: Send + Sync> FromRequest<S> for Tagged<T> {
///     type Rejection = Problem;
///
///     async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
///         let refused = || Problem::new(StatusCode::BAD_REQUEST, "https://example.com/problems/body", "No such body");
///         let body = Bytes::from_request(request, state).await.map_err(|_| refused())?;
///         let text = body.strip_prefix(b"tagged:").ok_or_else(refused)?;
///         at_served(|| serde_json::from_slice(text)).map(Self).map_err(|_| refused())
///     }
/// }
/// ```
///
/// The answer of an idempotent endpoint that used it, for a type with several shapes, is not translated to the version of a
/// retry: what came of it may be in a header.
///
/// At a neutral endpoint the shape is the newest. Outside of a call, such as in a task of its own, a type with several shapes
/// is a fault: see [`shape_faults`](crate::shape_faults).
pub fn at_served<R>(f: impl FnOnce() -> R) -> R {
    let (result, has_shapes) = wire::asking(|| wire::as_served_here(f));
    if has_shapes {
        context::note_shaped();
    }
    result
}
