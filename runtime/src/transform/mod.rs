//! Bodies in the shape of the version that is served.

mod created;
pub(crate) mod exercise;
pub(crate) mod fingerprinted;
pub(crate) mod generated;
pub(crate) mod history;
mod in_call;
pub(crate) mod json;
pub(crate) mod known;
pub(crate) mod members;
mod observe;
pub(crate) mod older;
pub(crate) mod opened;
pub(crate) mod place;
mod problem_extension;
pub(crate) mod reading;
mod rejection;
#[cfg(feature = "schemars")]
mod schema;
pub(crate) mod shape;
#[cfg(test)]
mod tests;
pub(crate) mod translation;
pub(crate) mod typed;
mod versioned;
pub(crate) mod writing;

pub use created::Created;
pub(crate) use in_call::{has_shape, in_call, unknown};
pub use known::Known;
pub use rejection::BodyRejection;
pub(crate) use rejection::pointer;
#[cfg(feature = "schemars")]
pub use schema::schema_at;
pub use shape::Shape;
pub(crate) use translation::{Translation, type_id};
pub use versioned::Versioned;
#[cfg(feature = "ws")]
pub(crate) use versioned::parse;
pub(crate) use versioned::unserialisable;

use crate::wire;

use steadfast_core::Date;

/// Runs `f` as the version of this date sees the world: every `#[versioned]` type that is serialised or deserialised
/// while `f` runs, on this thread, has the shape it had then.
///
/// For code that has no timeline, such as the test of one type; with a timeline, write [`at`](crate::at). Endpoints need neither,
/// [`Versioned`] does the same for their bodies.
///
/// A future that `f` returns is polled after `f` and sees the head.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use steadfast::{Date, at_version, versioned};
///
/// #[versioned]
/// #[derive(Serialize, Deserialize)]
/// struct Payment {
///     #[renamed(in = "2026-12-01", was(customer))]
///     customer_id: String,
/// }
///
/// let payment = Payment { customer_id: "cus_1".to_owned() };
/// let version = Date::parse("2025-09-30").unwrap();
/// assert_eq!(at_version(version, || serde_json::to_string(&payment)).unwrap(), r#"{"customer":"cus_1"}"#);
/// assert_eq!(serde_json::to_string(&payment).unwrap(), r#"{"customer_id":"cus_1"}"#);
/// ```
pub fn at_version<R>(date: Date, f: impl FnOnce() -> R) -> R {
    wire::scope(date.number(), f)
}

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
/// At a neutral endpoint the shape is the newest. Outside of a call, such as in a task of its own, a type with several shapes
/// is a fault: see [`shape_faults`](crate::shape_faults).
pub fn at_served<R>(f: impl FnOnce() -> R) -> R {
    wire::as_served_here(f)
}

/// Runs `f` in the newest shape of every type, for what no client reads or has written: a column of a database, a message
/// to another service.
///
/// In a call that is served at an older version a `#[versioned]` type that is serialised or deserialised outside of the
/// framework is taken for a mistake, because it could be on its way to the client: in debug builds it panics, else it is
/// [counted](crate::shape_faults). Here it is not.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use steadfast::{stored, versioned};
///
/// #[versioned]
/// #[derive(Serialize, Deserialize)]
/// struct Payment {
///     #[renamed(in = "2026-12-01", was(customer))]
///     customer_id: String,
/// }
///
/// // The same text, whatever version the client has.
/// fn to_column(payment: &Payment) -> serde_json::Result<String> {
///     stored(|| serde_json::to_string(payment))
/// }
/// ```
///
/// A future that `f` returns is polled after `f`: see [`stored_in`].
pub fn stored<R>(f: impl FnOnce() -> R) -> R {
    wire::scope(wire::HEAD, f)
}

/// Polls a future as [`stored`] runs a function, for a database driver that reads or writes columns as JSON.
///
/// ```
/// # async fn query() -> u8 { 7 }
/// # async fn handler() {
/// let row = steadfast::stored_in(query()).await;
/// # }
/// ```
pub async fn stored_in<F: Future>(future: F) -> F::Output {
    let mut future = std::pin::pin!(future);
    std::future::poll_fn(|cx| stored(|| future.as_mut().poll(cx))).await
}
