//! Code that says in which version it reads and writes types.

use crate::mode::{HEAD, scope};
use steadfast_core::Date;

/// Runs `f` as the version of this date sees the world: every `#[versioned]` type that is serialised or deserialised
/// while `f` runs, on this thread, has the shape it had then.
///
/// For code that has no timeline, such as the test of one type; with a timeline, write `steadfast::at`. Endpoints need neither,
/// `Versioned` does the same for their bodies.
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
    scope(date.number(), f)
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
    scope(HEAD, f)
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
