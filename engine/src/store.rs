use crate::{AuditDraft, AuditFilter, AuditRow, RecordId, StoreError};
use bytes::Bytes;
use std::any::Any;
use std::sync::Arc;
use std::time::Duration;
use steadfast_core::BoxFuture;

/// A store of idempotency records.
///
/// A store keeps bytes under an id and gives every write a [`Revision`]. It does not look into the bytes: the rules of
/// idempotency, the encoding of records and their encryption are the framework's. What a store decides is the time:
/// [`Found::age`] is measured by its own clock, so that the clocks of several processes need not agree about a lease. A
/// store without one takes a [`Clock`](crate::Clock), which tests can set.
///
/// To write a store of your own, implement the three methods, and run `steadfast_engine::contract::check` (feature
/// `contract`) in its tests. Return `self` from [`audit_log`](Self::audit_log) and [`transactions`](Self::transactions) if
/// the store has these, too. The example `own_store` is a store in one file.
///
/// # What a store promises
///
/// * **Each call takes effect at one instant.** Of several calls that race for a record, each finds what the ones before it
///   have written. A store that reads, decides and writes needs a lock or a conditional write for that.
/// * **An entry expires.** It is there until its [age](Found::age) has reached its [`keep_for`](Entry::keep_for). From then
///   on every method behaves as if there were no entry, whether the store has removed it or not. When it is removed is the
///   store's choice: by the next write of the record, some by every write, or by a task of its own.
/// * **Reading is not writing.** Neither [`load`](Self::load) nor a [`find_or_insert`](Self::find_or_insert) that finds an
///   entry changes its age, its end or its revision.
/// * **A write is durable** when its future returns `Ok`, as far as the store can make it so. After an error, or when a
///   future is dropped, it is not known whether the write took effect; the framework reads the record again.
/// * **What cannot be read is an error**, [`StoreError::Unreadable`], and never "no entry", or an operation would run
///   twice. The bytes of a record have a checksum of their own; what a store writes beside them needs one only if it can be
///   half written.
/// * **Times** are exact to the millisecond. A store that counts in milliseconds rounds up.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a store of idempotency records",
    label = "expected a store such as `SqliteStore` or `MemoryStore`"
)]
pub trait Store: Send + Sync + 'static {
    /// Returns the entry under `id`. If there is none, puts the entry there that `claim` returns, and returns that with
    /// [`Found::inserted`].
    ///
    /// `claim` is called at most once, and only when it is needed where that is known without another round trip. It is
    /// quick, does not block, and never calls the store, so it can be called while a lock is held. It does not live
    /// long enough for another thread: a store that works on one calls `claim` first, and sends the entry there.
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
    ///
    /// If both are `None`, the swap writes nothing but `audit`, if indeed there is no entry. The order of `audit` is that of
    /// its numbers. `audit` is empty if the store has no [`audit_log`](Self::audit_log).
    ///
    /// # Errors
    /// That of the store. [`StoreError::Full`] is one of them only where the disk itself is full: what a swap records has
    /// happened, so a store that bounds its records or its audit log refuses new entries in
    /// [`find_or_insert`](Self::find_or_insert) only.
    fn swap(
        &self,
        id: RecordId,
        expected: Option<Revision>,
        new: Option<Entry>,
        audit: Vec<AuditDraft>,
    ) -> BoxFuture<'_, Result<Swap, StoreError>>;

    /// Returns an error if there is no room for what an execution that begins now would have to record.
    ///
    /// It does not block. The framework asks before it takes over an operation whose execution was lost, which is a
    /// [`swap`](Self::swap) as that of any outcome, and before a handler begins that takes a transaction. For new records
    /// [`find_or_insert`](Self::find_or_insert) decides.
    ///
    /// # Errors
    /// [`StoreError::Full`].
    fn check_room(&self) -> Result<(), StoreError> {
        Ok(())
    }

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
/// [`Store::swap`] and [`Transaction::finish`] append in the commit in which the record changes. Entries outlive their
/// records, and come back in every field, empty ones too.
#[diagnostic::on_unimplemented(
    message = "`{Self}` keeps no audit trail",
    label = "`audit` was called on the `Idempotency` of this store",
    note = "`MemoryStore` and `SqliteStore` keep one",
    note = "implement `steadfast::idempotency::AuditLog` for a store of your own"
)]
pub trait AuditLog: Send + Sync {
    /// Appends an entry about a record that does not change, and need not exist.
    ///
    /// # Errors
    /// [`StoreError::Full`] if there is no room for another entry; or that of the store.
    fn append(&self, id: RecordId, entry: AuditDraft) -> BoxFuture<'_, Result<(), StoreError>>;

    /// Returns the first entries that `filter` selects, at most `limit`, in the order of their numbers. A `limit` of
    /// [`usize::MAX`] stands for all.
    ///
    /// [`AuditFilter::selects`] defines what is selected.
    fn read(&self, filter: AuditFilter, limit: usize) -> BoxFuture<'_, Result<Vec<AuditRow>, StoreError>>;
}

/// A store that is a database, in which a record and the handler's own writes are committed together.
pub trait Transactions: Send + Sync {
    /// Begins a transaction, and returns the entry under `id` as the transaction sees it, without
    /// [`inserted`](Found::inserted). Nobody else sees anything of the transaction before it is committed.
    ///
    /// Until the transaction ends, whoever wants to write that record waits or fails; or writes it, and then
    /// [`Transaction::finish`] does not commit. So does another transaction of that record. A `begin` that waited returns
    /// what the transaction before it has committed.
    ///
    /// Without an id the transaction has no record: it ends with neither an entry nor audit entries.
    #[allow(clippy::type_complexity, reason = "a pair of what it begins and what it found")]
    fn begin(
        &self,
        id: Option<RecordId>,
    ) -> BoxFuture<'_, Result<(Box<dyn Transaction>, Option<Found>), StoreError>>;
}

/// A transaction that holds a handler's writes. Dropped, it is rolled back, and holds nobody up any longer.
pub trait Transaction: Any + Send {
    /// Replaces the entry of this transaction by `new`, appends `audit`, and commits both with the handler's writes. As in
    /// [`Store::swap`], `None` removes the entry if there is one. The age of the new entry counts from this call and not
    /// from the beginning of the transaction.
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
    /// The record. A store returns these bytes as they are: any bytes, none, and a megabyte or more.
    pub record: Bytes,
    /// The kind of record, for caches and for operators.
    pub kind: Kind,
    /// How long the record counts from the moment of this write. Afterwards the store behaves as if there were no entry.
    /// Zero is possible, and so is [`Duration::MAX`], which is for ever.
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
    /// The time since this write of the entry, by the store's own clock: zero if the entry was just inserted, or if that
    /// clock went back.
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
/// A store chooses its revisions, and never uses one twice for an id, also not after the entry was removed or has expired,
/// nor for the same bytes: else a slow owner could overwrite whoever claimed after it. A random number of 64 bits or more
/// will do, or a sequence that all records share. A count that each record begins anew will not, nor will a hash of the
/// record. The framework gives a revision back as it is, to this store only.
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

    fn check_room(&self) -> Result<(), StoreError> {
        (**self).check_room()
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

/// A database whose transactions a handler can join, as the `Db` of steadfast's `Tx<Db>` extractor.
#[diagnostic::on_unimplemented(
    message = "`Tx<{Self}>` is not supported",
    label = "expected a database such as `Sqlite`"
)]
pub trait Database: 'static {
    /// The transaction of the store that keeps its records in this database.
    type Transaction: Transaction;
    /// The connection on which the handler's statements run.
    type Connection: 'static;

    /// Returns the connection of a transaction.
    fn connection(transaction: &Self::Transaction) -> &Self::Connection;

    /// Returns the connection of a transaction.
    fn connection_mut(transaction: &mut Self::Transaction) -> &mut Self::Connection;
}

/// A store that keeps its records in a [`Database`], so that handlers can take a `Tx` of it. Its
/// [`Store::transactions`] returns `Some`.
#[diagnostic::on_unimplemented(
    message = "the transactions of `{Self}` cannot be joined by a handler",
    label = "a handler takes a `Tx`, and this store is not a database",
    note = "`SqliteStore` is one"
)]
pub trait DatabaseStore: Store {
    /// The database.
    type Database: Database;
}

impl<S: DatabaseStore> DatabaseStore for Arc<S> {
    type Database = S::Database;
}
