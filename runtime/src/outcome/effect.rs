use super::facts::ResponseFacts;
use axum::response::{IntoResponse, Response};
use std::any::Any;
use std::time::Duration;

/// The effect that a response reports about its operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disposition {
    /// The operation is done, or refused for good: retries receive the same response.
    Final,
    /// The operation was not done, and a retry runs again.
    Retryable,
    /// It is not known whether the operation was done. No retry runs before somebody has found out.
    Indeterminate,
}

/// Returns the effect that a handler's value reports about its operation, if it reports one.
pub type Classifier = fn(&dyn Any) -> Option<Disposition>;

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
    /// `Recover` extractor, or an operator with `Records::settle`.
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
        ResponseFacts::of(&mut response).ttl = Some(self.0);
        response
    }
}

/// Adds to a response what it reports about its operation.
pub(crate) fn judged(mut response: Response, disposition: Disposition) -> Response {
    ResponseFacts::of(&mut response).disposition = Some(disposition);
    response
}
