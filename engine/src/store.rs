use crate::{AuditDraft, AuditFilter, AuditRow, RecordId, StoreError};
use bytes::Bytes;
use std::any::Any;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

/// A future that a store returns.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A store of idempotency records.
///
/// A store keeps bytes under an id and gives every write a [`Revision`]. It does not look into the bytes: the rules of
/// idempotency, the encoding of records and their encryption are the framework's. What a store decides is the time:
/// [`Found::age`] is measured by its own clock, so that no clock of a process decides about a lease.
///
/// To write a store of your own, implement the three methods, and run
/// [`contract::check`](https://docs.rs/steadfast-engine) in its tests. Return `self` from [`audit_log`](Self::audit_log) and
/// [`transactions`](Self::transactions) if the store has these, too.
///
/// Every write is durable, as far as the store can make it so, when its future returns `Ok`. After an error it is not
/// known whether the write took effect; the framework reads the record again. A record that is there and cannot be read
/// is an error and never "nothing".
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a store of idempotency records",
    label = "expected a store such as `SqliteStore` or `MemoryStore`"
)]
pub trait Store: Send + Sync + 'static {
    /// Returns the entry under `id`. If there is none, puts the entry there that `claim` returns, and returns that with
    /// [`Found::inserted`].
    ///
    /// `claim` is called at most once, and only when it is needed where that is known without another round trip.
    ///
    /// # Errors
    /// [`StoreError::Full`] if there is no room for another record; that of `claim`; or that of the store.
    fn find_or_insert<'a>(
        &'a self,
        id: RecordId,
        claim: &'a mut (dyn FnMut() -> Result<Entry, StoreError> + Send + 'a),
    ) -> BoxFuture<'a, Result<Found, StoreError>>;

    /// Replaces the entry under `id` if its revision is still `expected`, and appends `audit` to the audit log; both or
    /// neither. An `expected` of `None` means that there is no entry, a `new` of `None` that there is to be none.
    fn swap(
        &self,
        id: RecordId,
        expected: Option<Revision>,
        new: Option<Entry>,
        audit: Vec<AuditDraft>,
    ) -> BoxFuture<'_, Result<Swap, StoreError>>;

    /// Returns the entry under `id`, if there is one.
    fn load(&self, id: RecordId) -> BoxFuture<'_, Result<Option<Found>, StoreError>>;

    /// Returns the store's audit log, if it keeps one.
    fn audit_log(&self) -> Option<&dyn AuditLog> {
        None
    }

    /// Returns the store as a database whose transactions a handler can join, if it is one.
    fn transactions(&self) -> Option<&dyn Transactions> {
        None
    }
}

/// The audit log of a store: entries that are appended and never changed.
///
/// [`Store::swap`] and [`Transaction::finish`] append in the commit in which the record changes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` keeps no audit trail",
    label = "`audit` was called on the `Idempotency` of this store",
    note = "`MemoryStore` and `SqliteStore` keep one",
    note = "implement `steadfast::idempotency::AuditLog` for a store of your own"
)]
pub trait AuditLog: Send + Sync {
    /// Appends an entry about a record that does not change.
    fn append(&self, id: RecordId, entry: AuditDraft) -> BoxFuture<'_, Result<(), StoreError>>;

    /// Returns the first entries that `filter` selects, at most `limit`, in the order of their numbers.
    fn read(&self, filter: AuditFilter, limit: usize) -> BoxFuture<'_, Result<Vec<AuditRow>, StoreError>>;
}

/// A store that is a database, in which a record and the handler's own writes are committed together.
pub trait Transactions: Send + Sync {
    /// Begins a transaction, and returns what is stored under `id` as the transaction sees it. Until the transaction
    /// ends nobody else can write that record, or whoever does is noticed by [`Transaction::finish`].
    ///
    /// Without an id the transaction has no record.
    #[allow(clippy::type_complexity, reason = "a pair of what it begins and what it found")]
    fn begin(
        &self,
        id: Option<RecordId>,
    ) -> BoxFuture<'_, Result<(Box<dyn Transaction>, Option<Found>), StoreError>>;
}

/// A transaction that holds a handler's writes. Dropped, it is rolled back.
pub trait Transaction: Any + Send {
    /// Replaces the record of this transaction by `new`, appends `audit`, and commits both with the handler's writes.
    ///
    /// # Errors
    /// If it is not known whether the commit took effect. Where it certainly did not, the result is
    /// [`Finish::RolledBack`].
    fn finish(
        self: Box<Self>,
        new: Option<Entry>,
        audit: Vec<AuditDraft>,
    ) -> BoxFuture<'static, Result<Finish, StoreError>>;

    /// Undoes the handler's writes.
    fn rollback(self: Box<Self>) -> BoxFuture<'static, Result<(), StoreError>>;
}

/// The bytes of a record, as they are to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The record. A store returns these bytes as they are.
    pub record: Bytes,
    /// The kind of record, for caches and for operators.
    pub kind: Kind,
    /// How long the record counts from the moment of this write. Afterwards the store behaves as if there were no entry.
    pub keep_for: Duration,
}

/// An entry as a store found it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The bytes of the record.
    pub record: Bytes,
    /// The kind of record.
    pub kind: Kind,
    /// The revision, to replace this very entry by.
    pub revision: Revision,
    /// The time since the entry was written, by the store's own clock; zero if that clock went back.
    pub age: Duration,
    /// Whether the entry was inserted by this very call.
    pub inserted: bool,
}

/// The kind of record an entry holds. It is stored in clear, so that a cache can keep [`Done`](Self::Done) only, and
/// operators can count what is [`Held`](Self::Held).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Kind {
    /// An execution is in progress, or was when its process died.
    Running = 1,
    /// An execution ended without an outcome: after some of its steps, or with an outcome that nobody knows.
    Held = 2,
    /// The operation has an outcome. The entry does not change until it expires.
    Done = 3,
}

impl Kind {
    /// Returns the number under which stores keep this kind.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// Returns the kind of this number.
    ///
    /// ```
    /// use steadfast_engine::Kind;
    ///
    /// assert_eq!(Kind::from_number(Kind::Done.number()), Some(Kind::Done));
    /// assert_eq!(Kind::from_number(0), None);
    /// ```
    pub const fn from_number(number: u8) -> Option<Self> {
        match number {
            1 => Some(Self::Running),
            2 => Some(Self::Held),
            3 => Some(Self::Done),
            _ => None,
        }
    }
}

/// Distinguishes one write of an entry from every other write under the same id.
///
/// A store chooses its revisions, and never uses one twice for an id, also not after the entry was removed: else a slow
/// owner could overwrite whoever claimed after it. A random number, a sequence or the bytes of the value will do.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Revision(Repr);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Repr {
    Number(u64),
    Bytes(Bytes),
}

impl Revision {
    /// Returns the number of a revision that was made of one.
    ///
    /// ```
    /// use steadfast_engine::Revision;
    ///
    /// assert_eq!(Revision::from(7).as_number(), Some(7));
    /// ```
    pub fn as_number(&self) -> Option<u64> {
        match self.0 {
            Repr::Number(number) => Some(number),
            Repr::Bytes(_) => None,
        }
    }

    /// Returns the bytes of a revision that was made of some.
    pub fn as_bytes(&self) -> Option<&Bytes> {
        match &self.0 {
            Repr::Number(_) => None,
            Repr::Bytes(bytes) => Some(bytes),
        }
    }
}

impl From<u64> for Revision {
    fn from(number: u64) -> Self {
        Self(Repr::Number(number))
    }
}

impl From<Bytes> for Revision {
    fn from(bytes: Bytes) -> Self {
        Self(Repr::Bytes(bytes))
    }
}

/// The result of [`Store::swap`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Swap {
    /// The write took effect. With the revision of the new entry, if there is one.
    Done(Option<Revision>),
    /// The entry has another revision, or none. Nothing was written.
    Conflict,
}

/// The result of [`Transaction::finish`], where it is known.
#[derive(Debug)]
#[must_use]
pub enum Finish {
    /// The handler's writes, the record and the audit entries are committed.
    Committed,
    /// Somebody else wrote the record meanwhile. Everything is rolled back.
    Conflict,
    /// Everything is rolled back, for this reason.
    RolledBack(StoreError),
}

/// A shared store is a store.
impl<S: Store + ?Sized> Store for Arc<S> {
    fn find_or_insert<'a>(
        &'a self,
        id: RecordId,
        claim: &'a mut (dyn FnMut() -> Result<Entry, StoreError> + Send + 'a),
    ) -> BoxFuture<'a, Result<Found, StoreError>> {
        (**self).find_or_insert(id, claim)
    }

    fn swap(
        &self,
        id: RecordId,
        expected: Option<Revision>,
        new: Option<Entry>,
        audit: Vec<AuditDraft>,
    ) -> BoxFuture<'_, Result<Swap, StoreError>> {
        (**self).swap(id, expected, new, audit)
    }

    fn load(&self, id: RecordId) -> BoxFuture<'_, Result<Option<Found>, StoreError>> {
        (**self).load(id)
    }

    fn audit_log(&self) -> Option<&dyn AuditLog> {
        (**self).audit_log()
    }

    fn transactions(&self) -> Option<&dyn Transactions> {
        (**self).transactions()
    }
}

impl<L: AuditLog + ?Sized> AuditLog for Arc<L> {
    fn append(&self, id: RecordId, entry: AuditDraft) -> BoxFuture<'_, Result<(), StoreError>> {
        (**self).append(id, entry)
    }

    fn read(&self, filter: AuditFilter, limit: usize) -> BoxFuture<'_, Result<Vec<AuditRow>, StoreError>> {
        (**self).read(filter, limit)
    }
}
