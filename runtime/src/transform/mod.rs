//! Bodies in the shape of the version that is served.

mod created;
pub(crate) mod depth;
pub(crate) mod exercise;
pub(crate) mod fingerprinted;
pub(crate) mod generated;
pub(crate) mod history;
pub(crate) mod known;
pub(crate) mod leaf;
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
#[cfg(test)]
mod tests;
pub(crate) mod translation;
pub(crate) mod typed;
mod versioned;
pub(crate) mod writing;

pub use created::Created;
pub use known::Known;
pub use rejection::BodyRejection;
pub(crate) use rejection::pointer;
#[cfg(feature = "schemars")]
pub use schema::schema_at;
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
