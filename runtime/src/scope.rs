use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use std::borrow::Cow;

/// Whose idempotency key it is: the stable identity of the caller, such as an account id.
///
/// `#[idempotent(scope = Merchant)]` runs the extractor `Merchant` on every attempt, also on those that replay, before
/// any record is read. So a stored response reaches no other caller, nor one whom `Merchant` refuses by now. What other
/// arguments of the handler check is not checked on a replay, unless
/// [`authorize(..)`](macro@crate::idempotent#who-may-have-a-replay) names their types. The identity must not change between
/// an attempt and its retry: not a token, not a session.
///
/// ```
/// use std::borrow::Cow;
/// use steadfast::Scope;
///
/// struct Merchant {
///     id: String,
/// }
///
/// impl Scope for Merchant {
///     fn scope(&self) -> Cow<'_, str> {
///         Cow::Borrowed(&self.id)
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say whose idempotency key it is",
    label = "does not implement `Scope`",
    note = "implement `steadfast::Scope` for `{Self}`, returning the caller's stable id",
    note = "or write `scope = none` if callers cannot be told apart"
)]
pub trait Scope {
    /// The caller's stable id.
    fn scope(&self) -> Cow<'_, str>;
}

/// What the expansion of `#[idempotent(scope = T)]` calls.
pub async fn scope<T, S>(parts: &mut Parts, state: &S) -> Result<String, Response>
where
    T: Scope + FromRequestParts<S>,
    S: Sync,
{
    match T::from_request_parts(parts, state).await {
        Ok(scope) => Ok(scope.scope().into_owned()),
        Err(rejection) => Err(rejection.into_response()),
    }
}

/// Runs an extractor that `#[idempotent(authorize(T))]` names.
pub async fn authorize<T, S>(parts: &mut Parts, state: &S) -> Result<(), Response>
where
    T: FromRequestParts<S>,
    S: Sync,
{
    match T::from_request_parts(parts, state).await {
        Ok(_) => Ok(()),
        Err(rejection) => Err(rejection.into_response()),
    }
}
