//! Where records are kept.

mod memory;
#[cfg(feature = "sqlite")]
pub(crate) mod sqlite;

pub use memory::MemoryStore;
#[cfg(feature = "sqlite")]
pub use sqlite::SqliteStore;

use super::audit::{AuditDraft, AuditFilter, AuditRow};
use super::engine::{Action, Event};
use super::record::RecordId;
use std::any::Any;
use std::borrow::Cow;
use std::fmt;
use std::future;
use std::pin::Pin;

/// A future behind a pointer, as an object-safe trait returns it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Where idempotency records are kept.
///
/// A store holds one [`State`](super::State) per [`RecordId`] and knows no rules: those are in
/// [`step`](super::step). [`testing::store_contract`](crate::testing::store_contract) checks that a store keeps them.
/// What is [sealed](super::Sealed) it keeps as it is.
///
/// ```
/// use std::collections::HashMap;
/// use std::sync::Mutex;
/// use steadfast::idempotency::{Action, BoxFuture, Change, Event, RecordId, State, Store, StoreError, step};
/// use steadfast::{Clock, SystemClock};
///
/// #[derive(Default)]
/// struct Simplest(Mutex<HashMap<RecordId, State>>);
///
/// impl Store for Simplest {
///     fn apply(&self, id: RecordId, event: Event) -> BoxFuture<'_, Result<Action, StoreError>> {
///         Box::pin(async move {
///             let mut records = self.0.lock().map_err(|_| StoreError::unavailable("a thread died"))?;
///             let now = u64::try_from(SystemClock.now().as_millis()).unwrap_or(u64::MAX);
///             let transition = step(records.get(&id).unwrap_or(&State::Absent), event, now);
///             match transition.change {
///                 Change::Keep => {}
///                 Change::Put(state) => drop(records.insert(id, state)),
///                 Change::Remove => drop(records.remove(&id)),
///             }
///             Ok(transition.action)
///         })
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a store of idempotency records",
    label = "expected a store such as `MemoryStore` or `SqliteStore`"
)]
pub trait Store: Send + Sync + 'static {
    /// Atomically: loads the state of `id`, takes one [`step`](super::step) at the time of the store's own clock, saves
    /// the change, and returns the action.
    ///
    /// Once this returns the change is as durable as the store can make it. After an error it is not known whether the
    /// event took effect. A state that cannot be read is an error and never [`State::Absent`](super::State::Absent).
    fn apply(&self, id: RecordId, event: Event) -> BoxFuture<'_, Result<Action, StoreError>>;

    /// The store as a database whose transactions a handler can join with [`Tx`](crate::Tx), if it is one.
    fn transactions(&self) -> Option<&dyn Transactions> {
        None
    }

    /// The store as one that keeps an audit trail beside its records, if it does.
    fn audit(&self) -> Option<&dyn AuditStore> {
        None
    }
}

/// A store that keeps an audit trail beside its records: entries that are appended and never changed.
///
/// Such a store implements this, returns itself from [`Store::audit`], and if it has [`Transactions`], takes entries in
/// these too. [`testing::store_contract`](crate::testing::store_contract) checks it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` keeps no audit trail",
    label = "`audit` was said to the `Idempotency` of this store",
    note = "`MemoryStore` and `SqliteStore` keep one",
    note = "implement `steadfast::idempotency::AuditStore` for a store of your own"
)]
pub trait AuditStore: Send + Sync {
    /// [`Store::apply`], and atomically with it: appends what [`AuditDraft::after`] makes of the draft. If that cannot be
    /// written the event does not take effect either.
    fn apply_audited(
        &self,
        id: RecordId,
        event: Event,
        draft: AuditDraft,
    ) -> BoxFuture<'_, Result<Action, StoreError>>;

    /// Appends an entry about a record that does not change.
    fn append(&self, id: RecordId, draft: AuditDraft) -> BoxFuture<'_, Result<(), StoreError>>;

    /// The first entries that a filter selects, at most `limit`, in the order of their numbers.
    fn read(&self, filter: AuditFilter, limit: usize) -> BoxFuture<'_, Result<Vec<AuditRow>, StoreError>>;
}

/// [`Store::apply`], with an entry of the audit trail if there is to be one.
pub(super) fn apply(
    store: &dyn Store,
    id: RecordId,
    event: Event,
    draft: Option<Box<AuditDraft>>,
) -> BoxFuture<'_, Result<Action, StoreError>> {
    let Some(draft) = draft else { return store.apply(id, event) };
    match store.audit() {
        Some(audit) => audit.apply_audited(id, event, *draft),
        None => Box::pin(future::ready(Err(StoreError::without_audit()))),
    }
}

/// [`AuditStore::append`].
pub(super) fn append(
    store: &dyn Store,
    id: RecordId,
    draft: AuditDraft,
) -> BoxFuture<'_, Result<(), StoreError>> {
    match store.audit() {
        Some(audit) => audit.append(id, draft),
        None => Box::pin(future::ready(Err(StoreError::without_audit()))),
    }
}

/// A store that is a database, in which a record and the handler's own writes can be committed together.
pub trait Transactions: Send + Sync {
    /// [`Store::apply`] for [`Event::Look`], without a lock and without a write.
    fn look(&self, id: RecordId, event: Event) -> BoxFuture<'_, Result<Action, StoreError>>;

    /// Begins a transaction that already excludes every other writer of the records it will touch.
    fn begin(&self) -> BoxFuture<'_, Result<Box<dyn Transaction>, StoreError>>;
}

/// A transaction that holds a handler's writes and the record of their outcome. Dropped, it is rolled back.
pub trait Transaction: Any + Send {
    /// [`Store::apply`] inside the transaction. Once anything else has ended that, this and
    /// [`commit`](Self::commit) fail: what the record stands for and the record are durable together or not at all.
    fn apply(&mut self, id: RecordId, event: Event) -> BoxFuture<'_, Result<Action, StoreError>>;

    /// [`AuditStore::append`] inside the transaction, of a store that keeps an audit trail.
    fn append(&mut self, id: RecordId, draft: AuditDraft) -> BoxFuture<'_, Result<(), StoreError>> {
        let _ = (id, draft);
        Box::pin(future::ready(Err(StoreError::without_audit())))
    }

    /// Makes everything durable. After an error other than [`StoreError::RolledBack`] it is not known whether it is.
    fn commit(self: Box<Self>) -> BoxFuture<'static, Result<(), StoreError>>;

    /// Undoes everything.
    fn rollback(self: Box<Self>) -> BoxFuture<'static, Result<(), StoreError>>;
}

/// Why a store could not do what it was asked.
#[derive(Debug)]
#[non_exhaustive]
pub enum StoreError {
    /// It cannot be reached, or did not do it in time.
    Unavailable(Box<dyn std::error::Error + Send + Sync>),
    /// The record is there and cannot be understood, as one of a newer release.
    Unreadable {
        /// What is wrong with it.
        why: Cow<'static, str>,
    },
    /// There is no room for another record.
    Full,
    /// The transaction is rolled back for something that the handler did in it. Nothing took effect.
    RolledBack(Box<dyn std::error::Error + Send + Sync>),
}

impl StoreError {
    /// The store cannot be reached because of `source`.
    pub fn unavailable(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Unavailable(source.into())
    }

    pub(crate) fn is_unreadable(&self) -> bool {
        matches!(self, Self::Unreadable { .. })
    }

    pub(crate) fn without_transactions() -> Self {
        Self::unavailable("the store is not a database that handlers can join")
    }

    pub(crate) fn without_audit() -> Self {
        Self::unavailable("the store keeps no audit trail")
    }

    /// The transaction is rolled back, because of `source`.
    pub fn rolled_back(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::RolledBack(source.into())
    }

    /// The same about a part of the store: what cannot be read is named.
    pub(crate) fn about(self, what: &str) -> Self {
        match self {
            Self::Unreadable { why } => Self::unreadable(format!("{what}: {why}")),
            error => error,
        }
    }

    /// For a record that only a key ring opens, where there is none.
    pub(crate) fn sealed() -> Self {
        Self::unreadable("it is sealed, and there is no key ring\n  help: `Idempotency::sealed` takes one")
    }

    pub(crate) fn unreadable(why: impl Into<Cow<'static, str>>) -> Self {
        Self::Unreadable { why: why.into() }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable(source) => write!(f, "the idempotency store is unavailable: {source}"),
            Self::Unreadable { why } => write!(f, "an idempotency record cannot be read: {why}"),
            Self::Full => f.write_str("the idempotency store is full"),
            Self::RolledBack(source) => write!(f, "the transaction was rolled back: {source}"),
        }
    }
}

impl std::error::Error for StoreError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unavailable(source) | Self::RolledBack(source) => Some(&**source),
            Self::Unreadable { .. } | Self::Full => None,
        }
    }
}
