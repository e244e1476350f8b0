//! How a handler says what became of its operation, where the status of its answer does not tell.

use axum::response::{IntoResponse, Response};
use std::time::Duration;

/// What an answer says about its operation; a response extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disposition {
    /// It is done, or refused for good: retries hear the same.
    Final,
    /// It was not done, and a retry shall try again.
    Retryable,
    /// Whether it was done is not known, and no retry shall run before somebody has found out.
    Indeterminate,
}

/// For how long an answer is replayed; a response extension.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ttl(pub(super) Duration);

/// Marks an answer that is not the handler's: an execution before it had been done, as was found out; a response
/// extension.
#[derive(Debug, Clone, Copy)]
pub(super) struct Recovered;

/// Says what became of an operation by its error, whatever the status of its answer is: usually
/// [derived](derive@crate::Outcome).
///
/// An idempotent handler that returns `Result<T, E>` with such an `E` is judged by it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say what became of an operation",
    label = "does not implement `Outcome`",
    note = "derive it: `#[derive(steadfast::Outcome)]`, with `#[outcome(retryable)]` or a sibling"
)]
pub trait Outcome {
    /// What became of the operation; `None` if the status of the answer says it.
    fn disposition(&self) -> Option<Disposition>;
}

macro_rules! wrapper {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[must_use]
        pub struct $name<R>(pub R);

        impl<R: IntoResponse> IntoResponse for $name<R> {
            fn into_response(self) -> Response {
                judged(self.0.into_response(), Disposition::$name)
            }
        }
    };
}

wrapper! {
    /// An answer of an idempotent endpoint that is kept, whatever its status: every retry hears it.
    ///
    /// ```
    /// use steadfast::http::StatusCode;
    /// use steadfast::idempotency::Final;
    ///
    /// // The bank refused with a 503 of its own, and will not do otherwise for this payment.
    /// async fn pay() -> Final<StatusCode> {
    ///     Final(StatusCode::SERVICE_UNAVAILABLE)
    /// }
    /// ```
    Final
}

wrapper! {
    /// An answer of an idempotent endpoint after which a retry runs again, whatever its status.
    ///
    /// ```
    /// use steadfast::http::StatusCode;
    /// use steadfast::idempotency::Retryable;
    ///
    /// // Nothing was done: the account is being moved, and a retry may find it where it is then.
    /// async fn pay() -> Result<StatusCode, Retryable<StatusCode>> {
    ///     Err(Retryable(StatusCode::CONFLICT))
    /// }
    /// ```
    Retryable
}

wrapper! {
    /// An answer of an idempotent endpoint that does not know whether its operation took effect, as after a time-out of
    /// another service. No retry runs before somebody has found out: the endpoint's
    /// [`Recover`](super::Recover), or an operator with [`Records::settle`](super::Records::settle).
    ///
    /// ```
    /// use steadfast::http::StatusCode;
    /// use steadfast::idempotency::Indeterminate;
    ///
    /// async fn pay() -> Result<StatusCode, Indeterminate<StatusCode>> {
    ///     Err(Indeterminate(StatusCode::GATEWAY_TIMEOUT))
    /// }
    /// ```
    Indeterminate
}

/// An answer of an idempotent endpoint that is replayed for another time than the endpoint's `ttl`, from now on.
///
/// ```
/// use std::time::Duration;
/// use steadfast::http::StatusCode;
/// use steadfast::idempotency::KeptFor;
///
/// async fn quote() -> KeptFor<StatusCode> {
///     KeptFor(Duration::from_secs(600), StatusCode::CREATED)
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct KeptFor<R>(pub Duration, pub R);

impl<R: IntoResponse> IntoResponse for KeptFor<R> {
    fn into_response(self) -> Response {
        let mut response = self.1.into_response();
        response.extensions_mut().insert(Ttl(self.0));
        response
    }
}

/// The answer of an execution that was found to have been done before.
pub(crate) fn found_done(response: Response) -> Response {
    let mut response = judged(response, Disposition::Final);
    response.extensions_mut().insert(Recovered);
    response
}

/// The response, with what it says about its operation.
pub(crate) fn judged(mut response: Response, disposition: Disposition) -> Response {
    response.extensions_mut().insert(disposition);
    response
}
