use super::engine::{Action, Event};
use super::fingerprint::Asked;
use super::record::RecordId;
#[cfg(feature = "sealed")]
use super::sealed::joined;
use super::store::{Store, StoreError, Transaction};
use super::{render, report};
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
#[cfg(not(feature = "sealed"))]
use std::any::Any;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use tokio::sync::{Mutex, OwnedMappedMutexGuard, OwnedMutexGuard};

/// A database whose transactions a handler can join, named as the `Db` of [`Tx<Db>`](Tx).
#[diagnostic::on_unimplemented(
    message = "`Tx<{Self}>` is not supported",
    label = "expected a database such as `Sqlite`"
)]
pub trait Database: 'static {
    /// The transaction of the store that keeps its records in this database.
    type Transaction: Transaction;
    /// What statements run on.
    type Connection: 'static;

    /// The connection that a transaction is on.
    fn connection(transaction: &Self::Transaction) -> &Self::Connection;

    /// The connection that a transaction is on.
    fn connection_mut(transaction: &mut Self::Transaction) -> &mut Self::Connection;
}

#[cfg(feature = "sqlite")]
impl Database for sqlx::Sqlite {
    type Transaction = super::SqliteTransaction;
    type Connection = sqlx::SqliteConnection;

    fn connection(transaction: &Self::Transaction) -> &Self::Connection {
        transaction.connection()
    }

    fn connection_mut(transaction: &mut Self::Transaction) -> &mut Self::Connection {
        transaction.connection_mut()
    }
}

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
pub struct Tx<Db: Database>(OwnedMappedMutexGuard<Slot, Db::Transaction>);

/// The place of an execution's transaction: in the request's extensions for the handler to take, and with the
/// execution to end it.
#[derive(Clone)]
pub(super) struct Joint(Arc<Shared>);

struct Shared {
    store: Arc<dyn Store>,
    id: Option<RecordId>,
    asked: Asked,
    /// Locked as long as a handler holds its [`Tx`].
    slot: Arc<Mutex<Slot>>,
}

pub(super) enum Slot {
    /// Nobody asked for a transaction.
    Unused,
    Open(Box<dyn Transaction>),
    /// Another process was first: this is what its record says.
    Overtaken(Action),
    /// No transaction could be begun.
    Failed(StoreError),
}

impl Joint {
    pub(super) fn new(store: Arc<dyn Store>, id: Option<RecordId>, asked: Asked) -> Self {
        Self(Arc::new(Shared { store, id, asked, slot: Arc::new(Mutex::new(Slot::Unused)) }))
    }

    /// What became of the transaction; `None` if somebody still holds it.
    pub(super) fn take(&self) -> Option<Slot> {
        let mut slot = self.0.slot.try_lock().ok()?;
        Some(std::mem::replace(&mut slot, Slot::Unused))
    }

    async fn open(&self) -> Slot {
        match self.begin().await {
            Ok((transaction, Action::Missing)) => Slot::Open(transaction),
            Ok((transaction, action)) => match transaction.rollback().await {
                Ok(()) => Slot::Overtaken(action),
                Err(error) => Slot::Failed(error),
            },
            Err(error) => Slot::Failed(error),
        }
    }

    /// Begins, and reads the record again: what was read before is what another process may have changed since.
    async fn begin(&self) -> Result<(Box<dyn Transaction>, Action), StoreError> {
        let Shared { store, id, asked, .. } = &*self.0;
        let database = store.transactions().ok_or_else(StoreError::without_transactions)?;
        let mut transaction = database.begin().await?;
        let action = match id {
            Some(id) => transaction.apply(*id, Event::Look { asked: asked.clone() }).await?,
            None => Action::Missing,
        };
        Ok((transaction, action))
    }
}

/// Why there is no [`Tx`]. The answer is an internal error; where the cause is a record or a store that fails, the
/// framework answers in its place.
#[derive(Debug)]
pub struct TxRejection(());

impl IntoResponse for TxRejection {
    fn into_response(self) -> Response {
        render::internal().into_response()
    }
}

impl<Db: Database, S: Sync> FromRequestParts<S> for Tx<Db> {
    type Rejection = TxRejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let Some(joint) = parts.extensions.get::<Joint>().cloned() else {
            return Err(refuse(
                "a `Tx` was extracted outside an idempotent endpoint that is declared to use one",
            ));
        };
        let Ok(mut slot) = Arc::clone(&joint.0.slot).try_lock_owned() else {
            return Err(refuse("a second `Tx` was extracted while the first was in use"));
        };
        if matches!(*slot, Slot::Unused) {
            *slot = joint.open().await;
        }
        if !matches!(*slot, Slot::Open(_)) {
            return Err(TxRejection(()));
        }
        OwnedMutexGuard::try_map(slot, transaction_in::<Db>)
            .map(Self)
            .map_err(|_| refuse("the `Tx` is of another database than the idempotency store"))
    }
}

fn transaction_in<Db: Database>(slot: &mut Slot) -> Option<&mut Db::Transaction> {
    match slot {
        Slot::Open(transaction) => joined(&mut **transaction)?.downcast_mut(),
        _ => None,
    }
}

#[cfg(not(feature = "sealed"))]
fn joined<'a>(transaction: &'a mut (dyn Transaction + 'static)) -> Option<&'a mut dyn Any> {
    Some(transaction)
}

fn refuse(why: &str) -> TxRejection {
    report::misused(why);
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
