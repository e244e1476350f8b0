use super::steps::derived_key;
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use std::borrow::Cow;
use std::fmt;
use std::time::{Duration, SystemTime};
use steadfast_engine::RecordId;

/// Finds out how an operation ended whose execution was lost: named by an endpoint with `on_lost = recover(T)`.
///
/// It is an extractor, so that it can take what it needs from the state, and runs in the place of the handler, before
/// anything is run again. If it fails in turn, the next retry asks again. At an endpoint with `replay = reference(..)` its
/// `Answer` is [`Referenced`](super::Referenced), or a `Result` of one, as the handler's is: without an id it could not be
/// kept, so that anything else does not compile. At an endpoint with `response(downgrade = ..)` its `Answer` is what the
/// handler returns, because an older client hears of both what the `downgrade` makes of them.
///
/// ```
/// use axum::extract::FromRequestParts;
/// use axum::http::{StatusCode, request::Parts};
/// use std::convert::Infallible;
/// use steadfast::idempotency::{LostExecution, Recover, Recovery};
///
/// /// Asks the bank.
/// struct AskBank;
///
/// impl<S: Sync> FromRequestParts<S> for AskBank {
///     type Rejection = Infallible;
///
///     async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Infallible> {
///         Ok(Self)
///     }
/// }
///
/// impl Recover for AskBank {
///     type Answer = StatusCode;
///
///     async fn recover(self, lost: LostExecution) -> Recovery<StatusCode> {
///         match bank_knows(&lost.step_key("charge")).await {
///             Some(true) => Recovery::Done(StatusCode::CREATED),
///             Some(false) => Recovery::NotDone,
///             None => Recovery::Unknown,
///         }
///     }
/// }
/// # async fn bank_knows(_: &str) -> Option<bool> { None }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot find out how a lost operation ended",
    label = "does not implement `Recover`",
    note = "implement `steadfast::idempotency::Recover` for `{Self}`"
)]
pub trait Recover: Send {
    /// What is answered, and stored, if the operation was done.
    type Answer: IntoResponse;

    /// Finds out how the operation ended.
    fn recover(self, lost: LostExecution) -> impl Future<Output = Recovery<Self::Answer>> + Send;
}

/// How a lost operation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recovery<R> {
    /// It was done: this is its answer.
    Done(R),
    /// It was not done: the handler runs.
    NotDone,
    /// That cannot be told yet. Clients hear `outcome-unknown`, and the next retry asks again.
    Unknown,
}

/// An operation whose execution was lost.
#[derive(Clone)]
pub struct LostExecution {
    pub(crate) id: RecordId,
    pub(crate) operation: Cow<'static, str>,
    pub(crate) scope: String,
    pub(crate) key: Vec<u8>,
    /// In milliseconds since the Unix epoch.
    pub(crate) since: u64,
}

impl LostExecution {
    /// The name of the operation.
    pub fn operation(&self) -> &str {
        &self.operation
    }

    /// Whose key it is, empty if it is everybody's.
    pub fn scope(&self) -> &str {
        &self.scope
    }

    /// The client's idempotency key.
    pub fn key(&self) -> &[u8] {
        &self.key
    }

    /// When the execution that was lost began, by the clock of its process.
    pub fn since(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_millis(self.since)
    }

    /// The key that the operation sent to another service in one of its steps, as [`Steps::key`](super::Steps::key)
    /// gave it.
    pub fn step_key(&self, step: &str) -> String {
        derived_key(self.id, step)
    }
}

/// Neither whose key it is nor the key.
impl fmt::Debug for LostExecution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LostExecution")
            .field("id", &self.id)
            .field("operation", &self.operation)
            .finish_non_exhaustive()
    }
}

/// What the expansion of `#[idempotent(on_lost = recover(T))]` calls; `older` makes the response of a version
/// that hears another answer than the newest.
///
/// # Errors
/// The rejection of the extractor.
pub async fn recover<T, S>(
    parts: &mut Parts,
    state: &S,
    lost: LostExecution,
    older: Option<impl FnOnce(T::Answer) -> Response>,
) -> Result<Recovery<Response>, Response>
where
    T: Recover + FromRequestParts<S>,
    S: Sync,
{
    let recover = T::from_request_parts(parts, state).await.map_err(IntoResponse::into_response)?;
    Ok(match recover.recover(lost).await {
        Recovery::Done(answer) => Recovery::Done(match older {
            Some(older) => older(answer),
            None => answer.into_response(),
        }),
        Recovery::NotDone => Recovery::NotDone,
        Recovery::Unknown => Recovery::Unknown,
    })
}
