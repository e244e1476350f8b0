use super::fingerprint::RequestFingerprint;
use super::lookup::peek;
use super::vault::{Record, Vault};
use super::{problems, telemetry};
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use std::any::Any;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use steadfast_engine::{Action, Database, RecordId, StoreError, Transaction};
use tokio::sync::{Mutex, OwnedMappedMutexGuard, OwnedMutexGuard};

/// An extractor: the transaction that the operation's record is committed in.
///
/// What a handler writes through it and the record of its response become durable together or not at all: there is no
/// moment at which a crash could leave one without the other. The framework ends the transaction when the handler
/// has returned:
///
/// * 2xx and 3xx: committed, with the record.
/// * 4xx: the handler's writes are rolled back, and the record is stored by itself. So a refused operation leaves no
///   half of its work, and a retry hears the same refusal. The same holds for a 5xx that is kept, as with
///   `errors = "replay"`.
/// * 401, 403, 408, 425, 429, any other 5xx, an extractor's rejection, a panic: rolled back, and a retry runs again.
///
/// It dereferences to the database's connection, and can neither be committed nor rolled back. When a statement ends it
/// all the same, as `INSERT OR ROLLBACK` or `COMMIT` would, nothing is committed, later statements fail, and what was to
/// be a success is answered with 500. So is a handler that keeps it beyond its return.
///
/// ```
/// use steadfast::http::StatusCode;
/// use steadfast::{Sqlite, Tx};
///
/// async fn create_payment(mut tx: Tx<Sqlite>, body: String) -> Result<StatusCode, StatusCode> {
///     sqlx::query("INSERT INTO payments (note) VALUES (?1)")
///         .bind(body)
///         .execute(&mut *tx)
///         .await
///         .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
///     Ok(StatusCode::CREATED)
/// }
/// ```
#[must_use]
pub struct Tx<Db: Database>(OwnedMappedMutexGuard<TxState, Db::Transaction>);

/// The transaction of an execution: in the request's extensions for the handler to take, and with the execution to end
/// it.
#[derive(Clone)]
pub(super) struct TxSlot(Arc<Shared>);

struct Shared {
    vault: Vault,
    /// The record; `None` if there is to be none.
    record: Option<(RecordId, Arc<RequestFingerprint>)>,
    /// Locked as long as a handler holds its [`Tx`].
    state: Arc<Mutex<TxState>>,
}

#[allow(clippy::large_enum_variant, reason = "there is one per execution, and it is moved twice")]
pub(super) enum TxState {
    /// Nobody asked for a transaction.
    Unused,
    /// A transaction, and the record as it sees it.
    Open(Box<dyn Transaction>, Record),
    /// Another process was first: this is what its record says.
    Superseded(Action),
    /// No transaction could be begun.
    Failed(StoreError),
}

impl TxSlot {
    pub(super) fn new(vault: Vault, record: Option<(RecordId, Arc<RequestFingerprint>)>) -> Self {
        Self(Arc::new(Shared { vault, record, state: Arc::new(Mutex::new(TxState::Unused)) }))
    }

    /// Returns the transaction; `None` if somebody still holds it.
    pub(super) fn take(&self) -> Option<TxState> {
        let mut state = self.0.state.try_lock().ok()?;
        Some(std::mem::replace(&mut state, TxState::Unused))
    }

    /// Returns what the request finds in a record; nothing if the execution has none.
    pub(super) async fn peek(&self, record: Record) -> (Record, Action) {
        let Some((_, request)) = &self.0.record else { return (record, Action::NotFound) };
        let peeked = request.read(move |request| {
            let found = peek(request, &record);
            (record, found)
        });
        peeked.await
    }

    /// Begins a transaction, unless the record says that the operation is done or in progress.
    pub(super) async fn open(&self) -> TxState {
        let (transaction, record) = match self.begin().await {
            Ok(begun) => begun,
            Err(error) => return TxState::Failed(error),
        };
        // What was read before is what another process may have changed since.
        let (record, found) = self.peek(record).await;
        if found == Action::NotFound {
            return TxState::Open(transaction, record);
        }
        match transaction.rollback().await {
            Ok(()) => TxState::Superseded(found),
            Err(error) => TxState::Failed(error),
        }
    }

    async fn begin(&self) -> Result<(Box<dyn Transaction>, Record), StoreError> {
        let Shared { vault, record, .. } = &*self.0;
        let database = vault.store.transactions().ok_or_else(StoreError::without_transactions)?;
        let id = record.as_ref().map(|(id, _)| *id);
        let (transaction, found) = database.begin(id).await?;
        let record = match id {
            Some(id) => vault.decode(id, found)?,
            None => Record::ABSENT,
        };
        Ok((transaction, record))
    }
}

/// Why there is no [`Tx`]. The answer is an internal error; where the cause is a record or a store that fails, the
/// framework answers in its place.
#[derive(Debug)]
pub struct TxRejection(());

impl IntoResponse for TxRejection {
    fn into_response(self) -> Response {
        problems::internal().into_response()
    }
}

impl<Db: Database, S: Sync> FromRequestParts<S> for Tx<Db> {
    type Rejection = TxRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let Some(shared) = parts.extensions.get::<TxSlot>().cloned() else {
            return Err(refuse(
                "a `Tx` was extracted outside an idempotent endpoint that is declared to use one",
            ));
        };
        let Ok(mut state) = Arc::clone(&shared.0.state).try_lock_owned() else {
            return Err(refuse("a second `Tx` was extracted while the first was in use"));
        };
        if matches!(*state, TxState::Unused) {
            *state = shared.open().await;
        }
        if !matches!(*state, TxState::Open(..)) {
            return Err(TxRejection(()));
        }
        OwnedMutexGuard::try_map(state, transaction_in::<Db>)
            .map(Self)
            .map_err(|_| refuse("the `Tx` is of another database than the idempotency store"))
    }
}

fn transaction_in<Db: Database>(state: &mut TxState) -> Option<&mut Db::Transaction> {
    match state {
        TxState::Open(transaction, _) => {
            let transaction: &mut dyn Any = &mut **transaction;
            transaction.downcast_mut()
        }
        _ => None,
    }
}

fn refuse(why: &str) -> TxRejection {
    telemetry::misused(why);
    TxRejection(())
}

impl<Db: Database> Deref for Tx<Db> {
    type Target = Db::Connection;

    fn deref(&self) -> &Self::Target {
        Db::connection(&self.0)
    }
}

impl<Db: Database> DerefMut for Tx<Db> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        Db::connection_mut(&mut self.0)
    }
}

impl<Db: Database> fmt::Debug for Tx<Db> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tx").finish_non_exhaustive()
    }
}
