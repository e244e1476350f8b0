use super::recover::Recover;
use crate::outcome::{ReferenceId, ResponseFacts};
use crate::transform::type_id;
use crate::wire::stored;
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::request::Parts;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt;

/// Answers a retry by what its operation made, in the place of a stored body: named by an endpoint with
/// `replay = reference(T)`.
///
/// Of an answer of such an endpoint are kept its status, its headers and an id, which the handler gives by answering
/// [`Referenced`]. A retry hears that status and those headers, and as its body what is found by the id then, in the
/// version that the retry asks for. It is an extractor, so that it can take what it needs from the state, and who calls
/// from the request.
///
/// ```
/// use axum::extract::FromRequestParts;
/// use axum::http::request::Parts;
/// use serde::Serialize;
/// use std::convert::Infallible;
/// use steadfast::idempotency::{Reference, Referenced};
/// use steadfast::{Created, Versioned, idempotent, post, versioned};
///
/// #[versioned]
/// #[derive(Serialize)]
/// struct Payment {
///     id: u64,
/// }
///
/// /// Looks payments up.
/// struct Payments;
///
/// impl<S: Sync> FromRequestParts<S> for Payments {
///     type Rejection = Infallible;
///
///     async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Infallible> {
///         Ok(Self)
///     }
/// }
///
/// impl Reference for Payments {
///     type Id = u64;
///     type Answer = Versioned<Payment>;
///
///     async fn answer(self, id: u64) -> Option<Versioned<Payment>> {
///         Some(Versioned(Payment { id }))
///     }
/// }
///
/// #[post("/payments")]
/// #[idempotent(ttl = "24h", scope = none, replay = reference(Payments))]
/// async fn create_payment() -> Referenced<u64, Created<Versioned<Payment>>> {
///     Referenced(7, Created::at("/payments/7", Versioned(Payment { id: 7 })))
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot answer by reference",
    label = "does not implement `Reference`",
    note = "implement `steadfast::idempotency::Reference` for `{Self}`"
)]
pub trait Reference: Send {
    /// What the answer is found by. It is kept as JSON; of a type with a history in its newest shape.
    type Id: Serialize + DeserializeOwned + Send;

    /// The body, as an answer. Its own headers, such as `Content-Type`, go before those that were kept, and its status
    /// gives way to the one that was kept. An error of the service, such as a database that is down, is answered as it is:
    /// a later retry may hear more. Any other status that is no success means that there is nothing to be found.
    type Answer: IntoResponse;

    /// Finds the answer; `None` if it can no longer be given. The retry hears that in a 410 `response-unavailable`, and
    /// nothing runs again.
    fn answer(self, id: Self::Id) -> impl Future<Output = Option<Self::Answer>> + Send;
}

/// An answer, and the id by which retries find it again: what a handler with `replay = reference(..)` answers, see
/// [`Reference`].
///
/// It may stand in a `Result`: an error has no id, and is kept as anywhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct Referenced<I, R>(pub I, pub R);

impl<I: Serialize, R: IntoResponse> IntoResponse for Referenced<I, R> {
    fn into_response(self) -> Response {
        let id = stored(|| serde_json::to_vec(&self.0)).ok().map(Bytes::from);
        let mut response = self.1.into_response();
        ResponseFacts::of(&mut response).reference = Some(ReferenceId { id, shape: type_id::<I>() });
        response
    }
}

/// An answer that gives an id of this type.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not give the `{Id}` by which replays find their answer",
    label = "must be a `Referenced<{Id}, _>`",
    note = "`replay = reference(..)` needs `Referenced(id, answer)`, or a `Result` of one"
)]
pub trait RefersBy<Id> {
    /// It does.
    #[doc(hidden)]
    const GIVES: () = ();
}

impl<I, R> RefersBy<I> for Referenced<I, R> {}

#[diagnostic::do_not_recommend]
impl<I, T: RefersBy<I>, E> RefersBy<I> for Result<T, E> {}

#[diagnostic::do_not_recommend]
impl<I, T: RefersBy<I>> RefersBy<I> for super::Final<T> {}

#[diagnostic::do_not_recommend]
impl<I, T: RefersBy<I>> RefersBy<I> for super::KeptFor<T> {}

/// A [`Recover`] whose answers give an id of this type: what is found out is kept as what the handler answers.
#[diagnostic::on_unimplemented(
    message = "what `{Self}` finds out does not give the `{Id}` by which replays find their answer",
    label = "its `Answer` must be a `Referenced<{Id}, _>`",
    note = "`replay = reference(..)` keeps an id in the place of every answer, also of one that is recovered: answer with `Referenced(id, answer)`, or a `Result` of one"
)]
pub trait RecoversBy<Id> {
    /// They do.
    #[doc(hidden)]
    const GIVES: () = ();
}

#[diagnostic::do_not_recommend]
impl<I, T: Recover<Answer: RefersBy<I>>> RecoversBy<I> for T {}

/// What a record knows of an answer, for whoever finds it again.
#[doc(hidden)]
#[derive(Clone)]
pub struct StoredReference {
    id: Bytes,
    shape: u64,
}

impl StoredReference {
    pub(super) fn new(id: Bytes, shape: u64) -> Self {
        Self { id, shape }
    }
}

/// Ids may be names of customers.
impl fmt::Debug for StoredReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredReference").field("shape", &self.shape).finish_non_exhaustive()
    }
}

/// What came of it.
#[doc(hidden)]
#[derive(Debug)]
pub enum ReferenceResult {
    /// The answer.
    Found(Response),
    /// It can no longer be given.
    Gone,
    /// The record has an id of another type.
    Changed,
}

/// What the expansion of `#[idempotent(replay = reference(T))]` calls.
///
/// # Errors
/// The rejection of the extractor.
#[doc(hidden)]
pub async fn refer<T, S>(
    parts: &mut Parts,
    state: &S,
    referred: StoredReference,
) -> Result<ReferenceResult, Response>
where
    T: Reference + FromRequestParts<S>,
    S: Sync,
{
    // Before the extractor: a record that is not understood is nobody's.
    let id = if referred.shape == type_id::<T::Id>() {
        stored(|| serde_json::from_slice(&referred.id)).ok()
    } else {
        None
    };
    let Some(id) = id else { return Ok(ReferenceResult::Changed) };
    let reference = T::from_request_parts(parts, state).await.map_err(IntoResponse::into_response)?;
    Ok(reference
        .answer(id)
        .await
        .map_or(ReferenceResult::Gone, |answer| ReferenceResult::Found(answer.into_response())))
}
