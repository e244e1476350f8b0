//! The stores that every test runs on.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use steadfast::idempotency::{
    Action, AuditDraft, AuditFilter, AuditRow, AuditStore, BoxFuture, Event, RecordId, Store, StoreError,
};
use steadfast::{FixedClock, MemoryStore, SqliteStore};

type Fails = fn(&Event) -> bool;

/// A store that can be told to fail, and that outlives the processes which use it.
#[derive(Clone)]
pub(super) struct AnyStore {
    inner: Arc<dyn Store>,
    fails: Arc<Mutex<Fails>>,
    /// It does what it was asked, and the answer is lost.
    loses_answers: Arc<AtomicBool>,
    events: Arc<Mutex<Vec<&'static str>>>,
    /// Entries that come without an event are refused.
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
            loses_answers: Arc::default(),
            events: Arc::default(),
            refuses_entries: Arc::default(),
        }
    }

    /// From now on these events fail.
    pub(super) fn fail(&self, fails: Fails) {
        *self.fails.lock().unwrap() = fails;
    }

    /// Whether what is asked is done from now on, and the answer lost.
    pub(super) fn lose_answers(&self, loses: bool) {
        self.loses_answers.store(loses, Ordering::SeqCst);
    }

    /// Whether what is only to be appended to the audit trail fails from now on.
    pub(super) fn refuse_entries(&self, refuses: bool) {
        self.refuses_entries.store(refuses, Ordering::SeqCst);
    }

    /// What was asked since the last time.
    pub(super) fn events(&self) -> Vec<&'static str> {
        std::mem::take(&mut self.events.lock().unwrap())
    }
}

impl AnyStore {
    fn apply_with(
        &self,
        id: RecordId,
        event: Event,
        draft: Option<AuditDraft>,
    ) -> BoxFuture<'_, Result<Action, StoreError>> {
        self.events.lock().unwrap().push(match event {
            Event::Request(_) => "request",
            Event::Look { .. } => "look",
            Event::Status => "status",
            Event::Complete { .. } => "complete",
            Event::Release { .. } => "release",
            Event::Lose { .. } => "lose",
            Event::Renew { .. } => "renew",
            Event::Step { .. } => "step",
            Event::Settle { .. } => "settle",
        });
        if (self.fails.lock().unwrap())(&event) {
            return Box::pin(async { Err(StoreError::unavailable("down")) });
        }
        let loses = self.loses_answers.load(Ordering::SeqCst);
        Box::pin(async move {
            let answer = match draft {
                None => self.inner.apply(id, event).await,
                Some(draft) => self.inner.audit().unwrap().apply_audited(id, event, draft).await,
            };
            if loses { Err(StoreError::unavailable("the connection broke off")) } else { answer }
        })
    }
}

impl Store for AnyStore {
    fn apply(&self, id: RecordId, event: Event) -> BoxFuture<'_, Result<Action, StoreError>> {
        self.apply_with(id, event, None)
    }

    fn audit(&self) -> Option<&dyn AuditStore> {
        Some(self)
    }
}

impl AuditStore for AnyStore {
    fn apply_audited(
        &self,
        id: RecordId,
        event: Event,
        draft: AuditDraft,
    ) -> BoxFuture<'_, Result<Action, StoreError>> {
        self.apply_with(id, event, Some(draft))
    }

    fn append(&self, id: RecordId, draft: AuditDraft) -> BoxFuture<'_, Result<(), StoreError>> {
        if self.refuses_entries.load(Ordering::SeqCst) {
            return Box::pin(async { Err(StoreError::unavailable("down")) });
        }
        self.inner.audit().unwrap().append(id, draft)
    }

    fn read(&self, filter: AuditFilter, limit: usize) -> BoxFuture<'_, Result<Vec<AuditRow>, StoreError>> {
        self.inner.audit().unwrap().read(filter, limit)
    }
}

/// A new store of each kind, by this clock.
pub(super) async fn stores(clock: &FixedClock) -> [AnyStore; 2] {
    let sqlite = SqliteStore::in_memory_at(clock.clone()).await.unwrap();
    [AnyStore::memory(clock), AnyStore::of(sqlite)]
}
