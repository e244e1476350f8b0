use super::audit::{self, Audit};
use super::claim;
use super::fingerprint::Hashing;
use super::identity;
use super::key::Key;
use super::problems;
use super::vault::Vault;
use crate::problem::Problem;
use crate::scope::Scope;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::Serialize;
use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use steadfast_core::operation_name;
use steadfast_engine::{Action, Event, Keep, RecordId, StoreError, StoredOutcome, Tombstone, step};

/// Single records, for the clients whose they are and for operators.
///
/// A status endpoint tells a client what became of its own key:
///
/// ```
/// use axum::extract::{Path, State};
/// use steadfast::idempotency::{KeyStatus, Records};
/// use steadfast::{Problem, Scope, get};
/// # struct Merchant;
/// # impl Scope for Merchant {
/// #     fn scope(&self) -> std::borrow::Cow<'_, str> { "m".into() }
/// # }
/// # impl<S: Sync> axum::extract::FromRequestParts<S> for Merchant {
/// #     type Rejection = Problem;
/// #     async fn from_request_parts(_: &mut axum::http::request::Parts, _: &S) -> Result<Self, Problem> { Ok(Self) }
/// # }
///
/// // `idempotency.records()` is part of the state.
/// #[get("/payments/keys/{key}")]
/// async fn payment_status(
///     merchant: Merchant,
///     State(records): State<Records>,
///     Path(key): Path<String>,
/// ) -> Result<KeyStatus, Problem> {
///     Ok(records.status(&merchant, "POST /payments", &key).await?)
/// }
/// ```
#[derive(Clone)]
pub struct Records {
    vault: Vault,
    hashing: Hashing,
    audit: Arc<OnceLock<Arc<Audit>>>,
    by: Option<Arc<str>>,
}

/// What is known about a key. As an answer it is JSON with the member `status`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "status", rename_all = "snake_case")]
#[non_exhaustive]
pub enum KeyStatus {
    /// Nothing is known that keeps a request from running: the key was never used, or its operation was not done.
    NotDone,
    /// The operation is under way.
    InProgress {
        /// When to ask again, in seconds.
        retry_after: u64,
    },
    /// The operation is done; the same request hears its answer.
    Done {
        /// The status code of its answer.
        http_status: u16,
        /// Until when the answer is replayed, in milliseconds since the Unix epoch.
        expires_at: u64,
    },
    /// Whether the operation took effect is not known, and it will not run again before that is found out.
    Unknown {
        /// When it began, in milliseconds since the Unix epoch.
        since: u64,
    },
    /// The operation is done, and its answer is no longer kept.
    Expired,
}

/// How an operation of unknown outcome turned out to have ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Settlement {
    /// It was done. Retries hear that it is, 410 `response-unavailable` with this status, for this time.
    Done {
        /// The status that the operation should have been answered with.
        status: StatusCode,
        /// For how long that is kept.
        ttl: Duration,
    },
    /// It was not done, and may run again.
    NotDone,
}

impl Records {
    pub(super) fn new(vault: Vault, hashing: Hashing, audit: Arc<OnceLock<Arc<Audit>>>) -> Self {
        Self { vault, hashing, audit, by: None }
    }

    /// The same, used by this person or program, as the audit trail is to say.
    ///
    /// ```
    /// use steadfast::idempotency::Audit;
    /// use steadfast::{Idempotency, MemoryStore};
    ///
    /// let idempotency = Idempotency::new(MemoryStore::new()).audit(Audit::new());
    /// let records = idempotency.records().by("mara@support");
    /// ```
    #[must_use]
    pub fn by(self, who: impl Into<Arc<str>>) -> Self {
        Self { by: Some(who.into()), ..self }
    }

    /// What is known about a key of an operation: its `operation = ".."`, or its method and path such as
    /// `POST /payments` or `POST /orders/{id}/refunds`, whatever the parameters are called.
    ///
    /// # Errors
    /// If the key is none, or the store cannot be asked.
    pub async fn status(
        &self,
        scope: &impl Scope,
        operation: &str,
        key: &str,
    ) -> Result<KeyStatus, RecordsError> {
        let id = record_of(&self.hashing, &scope.scope(), operation, key)?;
        let record = self.vault.load(id).await?;
        Ok(match step(&record.state, record.age, Event::Status).action {
            Action::InProgress { retry_after } => KeyStatus::InProgress { retry_after },
            Action::Replay { outcome, expires_at } => {
                KeyStatus::Done { http_status: outcome.status().as_u16(), expires_at }
            }
            Action::Unknown { since } => KeyStatus::Unknown { since },
            Action::Expired => KeyStatus::Expired,
            _ => KeyStatus::NotDone,
        })
    }

    /// Settles an operation of unknown outcome, or one that was lost: for operators who have found out how it ended.
    /// `scope` is what [`Scope::scope`] of the caller gives. An API with an audit trail has an entry of it there,
    /// whatever the endpoint says. Returns whether there was something to settle.
    ///
    /// # Errors
    /// If the key is none, or the store cannot be asked.
    pub async fn settle(
        &self,
        scope: &str,
        operation: &str,
        key: &str,
        settlement: Settlement,
    ) -> Result<bool, RecordsError> {
        let operation = &operation_name(operation);
        let id = record_of(&self.hashing, scope, operation, key)?;
        let (outcome, status) = match settlement {
            Settlement::Done { status, ttl } => {
                let keep = Keep { ttl, remember: Duration::ZERO };
                let tombstone = Tombstone { status, location: None, version: None };
                let outcome = StoredOutcome::Tombstone(tombstone);
                (Some((outcome, keep, self.vault.expires_at(keep))), Some(status))
            }
            Settlement::NotDone => (None, None),
        };
        let entry = self.audit.get().map(|audit| {
            let by = self.by.as_deref();
            audit::settled(audit, &self.hashing, scope, operation, by, status)
        });
        let settled = claim::settle(&self.vault, id, &Event::Settle { outcome }, entry.as_ref()).await?;
        Ok(settled == Action::Applied)
    }
}

/// Returns the id of the record of a key of an operation.
pub(super) fn record_of(
    hashing: &Hashing,
    scope: &str,
    operation: &str,
    key: &str,
) -> Result<RecordId, RecordsError> {
    let key = Key::parse(key.as_bytes()).map_err(|_| RecordsError(Why::Key))?;
    Ok(identity::record_id(hashing, scope.as_bytes(), &operation_name(operation), &key))
}

impl fmt::Debug for Records {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Records")
    }
}

impl IntoResponse for KeyStatus {
    fn into_response(self) -> Response {
        axum::Json(self).into_response()
    }
}

/// Why a record could not be looked up. As an answer it is a [`Problem`].
#[derive(Debug)]
pub struct RecordsError(Why);

#[derive(Debug)]
enum Why {
    Key,
    Store(StoreError),
}

impl From<StoreError> for RecordsError {
    fn from(error: StoreError) -> Self {
        Self(Why::Store(error))
    }
}

impl fmt::Display for RecordsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Why::Key => f.write_str("this is not an idempotency key"),
            Why::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for RecordsError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0 {
            Why::Key => None,
            Why::Store(error) => Some(error),
        }
    }
}

impl From<RecordsError> for Problem {
    fn from(error: RecordsError) -> Self {
        match error.0 {
            Why::Key => crate::problem::Kind::InvalidKey.because("this is not an idempotency key"),
            Why::Store(error) => problems::store_error(&error),
        }
    }
}

impl IntoResponse for RecordsError {
    fn into_response(self) -> Response {
        Problem::from(self).into_response()
    }
}
