//! What operators must see, as `tracing` events if the feature is on.

use std::fmt::Display;

/// Reports a response that could not be written: a fault of the service, which the client does not see.
#[cfg_attr(not(feature = "tracing"), allow(clippy::needless_pass_by_value, reason = "one signature"))]
pub(super) fn unserialisable(type_name: &'static str, error: &dyn Display) {
    #[cfg(feature = "tracing")]
    tracing::error!(target: "steadfast::transform", type_name, %error, "a response body could not be serialised");
    #[cfg(not(feature = "tracing"))]
    let _ = (type_name, error);
}

/// Reports a response of which nothing is stored: retries receive its status and no body.
#[cfg_attr(not(feature = "tracing"), allow(clippy::needless_pass_by_value, reason = "one signature"))]
pub(super) fn not_recorded(type_name: &'static str, error: &dyn Display) {
    #[cfg(feature = "tracing")]
    tracing::warn!(target: "steadfast::transform", type_name, %error, "a response body is not stored for replays");
    #[cfg(not(feature = "tracing"))]
    let _ = (type_name, error);
}
