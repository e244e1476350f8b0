//! Types that were written or read in a shape that the client does not have.

use std::sync::atomic::{AtomicU64, Ordering};
use steadfast_core::Date;

static COUNT: AtomicU64 = AtomicU64::new(0);

/// Returns how often, since the program started, a versioned type was written or read outside of the framework in a call
/// that is served at an older version, where it has another shape; or was to be written or read for a client outside of
/// any call; or by a conversion.
///
/// Each time the client may have been shown the newest shape, or what it sent may have been taken for it. In debug builds,
/// and so in most tests, each is a panic; with the feature `tracing` it is an error in the log.
///
/// ```
/// assert_eq!(steadfast::shape_faults(), 0);
/// ```
pub fn shape_faults() -> u64 {
    COUNT.load(Ordering::Relaxed)
}

/// Reports that a type was written or read where nobody said in which shape, in a call that is served at a version; `None` if
/// the endpoint does not say which versions it answers.
///
/// # Panics
/// In debug builds.
pub(crate) fn out_of_shape(type_name: &'static str, served: Option<Date>) {
    COUNT.fetch_add(1, Ordering::Relaxed);
    #[cfg(feature = "tracing")]
    tracing::error!(
        target: "steadfast::wire",
        type_name,
        served = served.map(tracing::field::display),
        "a versioned type was written or read outside of the framework, in its newest shape"
    );
    #[allow(clippy::panic, reason = "the client would have been shown the wrong shape")]
    match served {
        _ if !cfg!(debug_assertions) => {}
        Some(served) => panic!(
            "`{type_name}` was written or read outside of the framework in a call that is served at {served}, where it has \
             another shape\n\
             help: put it into `Versioned` or another type of `steadfast`; if it is not for the client, as in a database, do \
             it in `steadfast::stored(|| ..)`"
        ),
        None => panic!(
            "`{type_name}` was written or read in a call of an endpoint that does not say which versions it answers, and has \
             several shapes\n\
             help: add `#[api_version(since = \"…\")]` to the endpoint, or `#[api_version(neutral)]` to mean the newest"
        ),
    }
}

/// Reports that a type was to be written or read for a client where no call says in which version.
///
/// # Panics
/// In debug builds.
pub fn out_of_call(type_name: &'static str) {
    COUNT.fetch_add(1, Ordering::Relaxed);
    #[cfg(feature = "tracing")]
    tracing::error!(
        target: "steadfast::wire",
        type_name,
        "a versioned type was to be written or read for a client outside of a call"
    );
    #[allow(
        clippy::manual_assert,
        clippy::panic,
        reason = "the client would have been shown the wrong shape"
    )]
    if cfg!(debug_assertions) {
        panic!(
            "`{type_name}` was to be written or read for a client where no call says in which version\n\
             help: in a task or thread of your own carry the call along, by `steadfast::Call`; in a test call the endpoint \
             through its router, or say which version is meant, by `steadfast::at_version`"
        );
    }
}

/// Reports that a conversion has written or read a type, and has not said in which shape.
///
/// # Panics
/// In debug builds.
pub(crate) fn in_conversion(type_name: &'static str) {
    COUNT.fetch_add(1, Ordering::Relaxed);
    #[cfg(feature = "tracing")]
    tracing::error!(
        target: "steadfast::wire",
        type_name,
        "a conversion has written or read a versioned type, in its newest shape"
    );
    #[allow(
        clippy::manual_assert,
        clippy::panic,
        reason = "the client would have been shown the wrong shape"
    )]
    if cfg!(debug_assertions) {
        panic!(
            "`{type_name}` was written or read by a conversion, which says nothing of the version\n\
             help: say it, by `steadfast::stored(|| ..)` for the newest shape or by `steadfast::at_version`"
        );
    }
}
