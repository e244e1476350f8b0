//! What operators must see, as `tracing` events if the feature is on.

use std::fmt::Display;

/// A response that could not be written: a fault of the service, of which the client is told nothing.
#[cfg_attr(not(feature = "tracing"), allow(clippy::needless_pass_by_value, reason = "one signature"))]
pub(super) fn unserialisable(type_name: &'static str, error: &dyn Display) {
    #[cfg(feature = "tracing")]
    tracing::error!(target: "steadfast::transform", type_name, %error, "a response body could not be serialised");
    #[cfg(not(feature = "tracing"))]
    let _ = (type_name, error);
}

/// An answer of which nothing is kept: retries hear that it was given, and not what it was.
#[cfg_attr(not(feature = "tracing"), allow(clippy::needless_pass_by_value, reason = "one signature"))]
pub(super) fn not_kept(type_name: &'static str, error: &dyn Display) {
    #[cfg(feature = "tracing")]
    tracing::warn!(target: "steadfast::transform", type_name, %error, "a response body is not kept for replays");
    #[cfg(not(feature = "tracing"))]
    let _ = (type_name, error);
}
