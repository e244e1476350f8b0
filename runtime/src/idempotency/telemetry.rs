//! What goes wrong where no client is told, as `tracing` events. Keys, scopes and bodies never appear.

use steadfast_engine::{RecordId, StoreError};

macro_rules! report {
    ($level:ident, $($field:ident = $value:expr,)* $message:literal) => {{
        #[cfg(feature = "tracing")]
        tracing::$level!($($field = $value,)* $message);
        #[cfg(not(feature = "tracing"))]
        {
            $(let _ = $value;)*
        }
    }};
}

pub(super) fn store_failed(operation: &str, error: &StoreError) {
    report!(error, operation = operation, error = chain(error), "the idempotency store failed");
}

/// The client has its answer; until a retry of this succeeds, a second request would run again after the lease.
pub(super) fn settling_failed(operation: &str, id: RecordId, error: &StoreError) {
    report!(
        error,
        operation = operation,
        record = format_args!("{id:?}"),
        error = chain(error),
        "an outcome could not be recorded"
    );
}

pub(super) fn response_dropped(operation: &str, id: RecordId) {
    report!(
        error,
        operation = operation,
        record = format_args!("{id:?}"),
        "the idempotency store is full: an outcome was recorded without its response"
    );
}

pub(super) fn fenced(operation: &str, id: RecordId) {
    report!(
        warn,
        operation = operation,
        record = format_args!("{id:?}"),
        "an execution outlived its lease and lost its claim"
    );
}

pub(super) fn incomparable(operation: &str) {
    report!(
        error,
        operation = operation,
        "a record cannot be compared with its retry: it was made by another release, with a fingerprint secret or a key \
         that is not known here, or before the endpoint changed what counts"
    );
}

pub(super) fn panicked(operation: &str) {
    report!(error, operation = operation, "an idempotent handler panicked");
}

pub(super) fn misused(why: &str) {
    report!(error, why = why, "the handler's transaction cannot be used");
}

pub(super) fn step_failed(why: &str) {
    report!(error, why = why, "an operation cannot go on in its steps");
}

/// The error and its causes, in one line.
fn chain(error: &StoreError) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
