//! The stores that every test runs on.

use bytes::Bytes;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use steadfast::{FixedClock, MemoryStore, SqliteStore};
use steadfast_engine::{
    AuditDraft, AuditFilter, AuditLog, AuditRow, BoxFuture, Entry, Found, Kind, RecordId, Revision, Store,
    StoreError, Swap,
};

/// One call of a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Call {
    FindOrInsert,
    Load,
    /// With the kind of the new entry, if there is to be one.
    Swap(Option<Kind>),
}

impl Call {
    /// The call that records the outcome of an execution.
    pub(super) const COMPLETE: Self = Self::Swap(Some(Kind::Done));
}

type Fails = fn(Call) -> bool;

/// A store that fails on demand, and outlives the processes that use it.
#[derive(Clone)]
pub(super) struct AnyStore {
    inner: Arc<dyn Store>,
    fails: Arc<Mutex<Fails>>,
    /// Calls take effect, and their replies are lost.
    loses_replies: Arc<AtomicBool>,
    calls: Arc<Mutex<Vec<Call>>>,
    /// Audit entries that come without a change of a record are refused.
    refuses_entries: Arc<AtomicBool>,
}

impl AnyStore {
    pub(super) fn memory(clock: &FixedClock) -> Self {
        Self::of(MemoryStore::new().clock(clock.clone()))
    }

    pub(super) fn of(store: impl Store) -> Self {
        Self {
            inner: Arc::new(store),
            fails: Arc::new(Mutex::new(|_| false)),
            loses_replies: Arc::default(),
            calls: Arc::default(),
            refuses_entries: Arc::default(),
        }
    }

    /// Fails these calls from now on.
    pub(super) fn fail(&self, fails: Fails) {
        *self.fails.lock().unwrap() = fails;
    }

    /// Lets calls take effect from now on, and loses their replies.
    pub(super) fn lose_replies(&self, loses: bool) {
        self.loses_replies.store(loses, Ordering::SeqCst);
    }

    /// Refuses from now on what is only to be appended to the audit log.
    pub(super) fn refuse_entries(&self, refuses: bool) {
        self.refuses_entries.store(refuses, Ordering::SeqCst);
    }

    /// Returns the calls since the last time, also those that failed.
    pub(super) fn calls(&self) -> Vec<Call> {
        std::mem::take(&mut self.calls.lock().unwrap())
    }

    /// Passes a call on, as far as the test lets it.
    // `inner` is called only then: a store in memory does its work before its future is polled.
    fn pass<'a, T: Send + 'a>(
        &self,
        call: Call,
        inner: impl FnOnce() -> BoxFuture<'a, Result<T, StoreError>>,
    ) -> BoxFuture<'a, Result<T, StoreError>> {
        self.calls.lock().unwrap().push(call);
        if (self.fails.lock().unwrap())(call) {
            return Box::pin(async { Err(StoreError::unavailable("down")) });
        }
        let inner = inner();
        if !self.loses_replies.load(Ordering::SeqCst) {
            return inner;
        }
        Box::pin(async move {
            inner.await?;
            Err(StoreError::unavailable("the connection broke off"))
        })
    }
}

impl Store for AnyStore {
    fn find_or_insert<'a>(
        &'a self,
        id: RecordId,
        claim: &'a mut (dyn FnMut() -> Result<Entry, StoreError> + Send + 'a),
    ) -> BoxFuture<'a, Result<Found, StoreError>> {
        self.pass(Call::FindOrInsert, || self.inner.find_or_insert(id, claim))
    }

    fn swap(
        &self,
        id: RecordId,
        expected: Option<Revision>,
        new: Option<Entry>,
        audit: Vec<AuditDraft>,
    ) -> BoxFuture<'_, Result<Swap, StoreError>> {
        let call = Call::Swap(new.as_ref().map(|entry| entry.kind));
        self.pass(call, || self.inner.swap(id, expected, new, audit))
    }

    fn load(&self, id: RecordId) -> BoxFuture<'_, Result<Option<Found>, StoreError>> {
        self.pass(Call::Load, || self.inner.load(id))
    }

    fn audit_log(&self) -> Option<&dyn AuditLog> {
        Some(self)
    }
}

impl AuditLog for AnyStore {
    fn append(&self, id: RecordId, entry: AuditDraft) -> BoxFuture<'_, Result<(), StoreError>> {
        if self.refuses_entries.load(Ordering::SeqCst) {
            return Box::pin(async { Err(StoreError::unavailable("down")) });
        }
        self.inner.audit_log().unwrap().append(id, entry)
    }

    fn read(&self, filter: AuditFilter, limit: usize) -> BoxFuture<'_, Result<Vec<AuditRow>, StoreError>> {
        self.inner.audit_log().unwrap().read(filter, limit)
    }
}

/// A store whose records are found as another release has written them.
pub(super) struct Rewritten {
    pub(super) store: AnyStore,
    pub(super) rewrite: fn(RecordId, Bytes) -> Bytes,
}

impl Rewritten {
    fn found(&self, id: RecordId, found: Found) -> Found {
        Found { record: (self.rewrite)(id, found.record), ..found }
    }
}

impl Store for Rewritten {
    fn find_or_insert<'a>(
        &'a self,
        id: RecordId,
        claim: &'a mut (dyn FnMut() -> Result<Entry, StoreError> + Send + 'a),
    ) -> BoxFuture<'a, Result<Found, StoreError>> {
        Box::pin(async move { Ok(self.found(id, self.store.find_or_insert(id, claim).await?)) })
    }

    fn swap(
        &self,
        id: RecordId,
        expected: Option<Revision>,
        new: Option<Entry>,
        audit: Vec<AuditDraft>,
    ) -> BoxFuture<'_, Result<Swap, StoreError>> {
        self.store.swap(id, expected, new, audit)
    }

    fn load(&self, id: RecordId) -> BoxFuture<'_, Result<Option<Found>, StoreError>> {
        Box::pin(async move { Ok(self.store.load(id).await?.map(|found| self.found(id, found))) })
    }
}

/// A new store of each kind, by this clock.
pub(super) async fn stores(clock: &FixedClock) -> [AnyStore; 2] {
    let sqlite = SqliteStore::in_memory_at(clock.clone()).await.unwrap();
    [AnyStore::memory(clock), AnyStore::of(sqlite)]
}
