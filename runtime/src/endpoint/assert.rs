//! Facts about types that the expansion of an endpoint asks where the user wrote the type.

use axum::response::IntoResponse;

/// The type can be an answer.
pub const fn answer<T: IntoResponse>() {}

/// The future may be sent to another thread.
pub fn send<F: Future + Send>(_: F) {}

/// A transaction is committed together with the idempotency record, so there must be one.
///
/// # Panics
/// While compiling, if there is none.
#[track_caller]
pub const fn not_a_transaction(is_transaction: bool) {
    #[allow(
        clippy::manual_assert,
        clippy::panic,
        reason = "evaluated while compiling: this is the error message"
    )]
    if is_transaction {
        panic!(
            "`Tx` needs `#[idempotent]`, because the transaction is committed together with the idempotency record\n\
             help: add `#[idempotent(ttl = \"24h\", scope = …)]`, or take a connection from the pool"
        );
    }
}
