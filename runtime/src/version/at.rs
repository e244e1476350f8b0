use super::ApiVersions;
use crate::context::{self, Context};
use crate::wire::at_version;

/// Runs `f` as a subscriber at `version` sees the world: for webhooks, jobs and messages, which no request brings a
/// version to.
///
/// Every `#[versioned]` type that is serialised or deserialised while `f` runs, on this thread, has the shape of
/// `version`, and a [`Change`](crate::Change) that came later does not apply. A version that is stored as a date is read
/// by [`ApiVersions::serving`], which refuses dates before the first.
///
/// A future that `f` returns is polled after `f` and sees the head.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use steadfast::{ApiVersions, versioned};
///
/// #[derive(ApiVersions)]
/// enum Version {
///     #[version("2025-09-30")]
///     V2025_09_30,
///     #[version("2026-12-01")]
///     V2026_12_01,
/// }
///
/// #[versioned]
/// #[derive(Serialize, Deserialize)]
/// struct PaymentSucceeded {
///     #[renamed(in = "2026-12-01", was(customer))]
///     customer_id: String,
/// }
///
/// let event = PaymentSucceeded { customer_id: "cus_1".to_owned() };
/// let body = steadfast::at(Version::V2025_09_30, || serde_json::to_string(&event)).unwrap();
/// assert_eq!(body, r#"{"customer":"cus_1"}"#);
/// ```
pub fn at<V: ApiVersions, R>(version: V, f: impl FnOnce() -> R) -> R {
    let context = Context::new(V::TIMELINE, Some(version.position()), context::problem_base());
    context.enter(|| at_version(version.date(), f))
}
