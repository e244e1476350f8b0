//! Facts about types that the expansion of an endpoint asks where the user wrote the type.

use axum::response::IntoResponse;

/// The type can be an answer.
pub const fn answer<T: IntoResponse>() {}

/// The future may be sent to another thread.
pub fn send<F: Future + Send>(_: F) {}

/// The type of an argument or answer may stand in this endpoint.
///
/// # Panics
/// While compiling, if it may not. `is_transaction` is that of an endpoint that is not idempotent, `is_head_only` that
/// of one that has versions.
#[track_caller]
pub const fn fits(is_transaction: bool, is_head_only: bool) {
    #[allow(
        clippy::manual_assert,
        clippy::panic,
        reason = "evaluated while compiling: these are the error messages"
    )]
    if is_transaction {
        panic!(
            "`Tx` needs `#[idempotent]`, because the transaction is committed together with the idempotency record\n\
             help: add `#[idempotent(ttl = \"24h\", scope = …)]`, or take a connection from the pool"
        );
    } else if is_head_only {
        panic!(
            "`Json` sends and takes the newest shape only, and this type has older ones that clients are pinned to\n\
             help: write `Versioned` in its place"
        );
    }
}
