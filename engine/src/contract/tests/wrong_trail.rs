use crate::SqliteStore;
use crate::clock::FixedClock;
use crate::idempotency::{
    Action, AuditDraft, AuditFilter, AuditRow, AuditStore, BoxFuture, Event, RecordId, Store, StoreError,
    Transaction, Transactions,
};
use bytes::Bytes;

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum TrailFault {
    /// Whatever becomes of the event.
    AppendsWhatHasNoEffect,
    /// In two commits, and both if only one takes effect.
    SplitsEventAndEntry,
    /// A claim that is taken over is not told.
    NothingIsLost,
    NoDetails,
    OtherTimes,
    /// Only the entries that are younger than a record lives.
    GoesWithTheRecord,
    EveryOperation,
    NoCursor,
    EndlessPages,
    /// A transaction appends where it cannot be rolled back.
    BesideTheTransaction,
}

/// A right store, and what it is told and says changed on the way.
pub(super) struct WrongTrail {
    fault: Option<TrailFault>,
    inner: SqliteStore,
    /// Where transactions append that do not append to their own.
    beside: SqliteStore,
    /// Where all that come at once meet between what they read and what they write.
    middle: tokio::sync::Barrier,
}

struct WrongTransaction {
    inner: Box<dyn Transaction>,
    beside: Option<SqliteStore>,
}

impl WrongTrail {
    pub(super) async fn new(fault: Option<TrailFault>, clock: FixedClock) -> Self {
        let inner = SqliteStore::in_memory_at(clock.clone()).await.unwrap();
        let beside = SqliteStore::in_memory_at(clock).await.unwrap();
        Self { fault, inner, beside, middle: tokio::sync::Barrier::new(16) }
    }

    fn trail(&self) -> &dyn AuditStore {
        self.inner.audit().unwrap()
    }

    fn is(&self, fault: TrailFault) -> bool {
        self.fault == Some(fault)
    }
}

impl Store for WrongTrail {
    fn apply(&self, id: RecordId, event: Event) -> BoxFuture<'_, Result<Action, StoreError>> {
        self.inner.apply(id, event)
    }

    fn transactions(&self) -> Option<&dyn Transactions> {
        Some(self)
    }

    fn audit(&self) -> Option<&dyn AuditStore> {
        Some(self)
    }
}

impl AuditStore for WrongTrail {
    fn apply_audited(
        &self,
        id: RecordId,
        event: Event,
        mut draft: AuditDraft,
    ) -> BoxFuture<'_, Result<Action, StoreError>> {
        Box::pin(async move {
            let requests = matches!(event, Event::Request(_));
            if self.is(TrailFault::NoDetails) {
                draft.details = Bytes::new();
            }
            if self.is(TrailFault::NothingIsLost) && requests {
                return self.inner.apply(id, event).await;
            }
            if self.is(TrailFault::AppendsWhatHasNoEffect) && !requests {
                let action = self.inner.apply(id, event).await?;
                self.trail().append(id, draft).await?;
                return Ok(action);
            }
            // One after the other these tell nobody what is wrong with them.
            if self.is(TrailFault::SplitsEventAndEntry) && draft.details.len() == 1 {
                let before = self.inner.apply(id, Event::Status).await?;
                self.middle.wait().await;
                let action = self.inner.apply(id, event).await?;
                if before == Action::Missing {
                    self.trail().append(id, draft).await?;
                }
                return Ok(action);
            }
            self.trail().apply_audited(id, event, draft).await
        })
    }

    fn append(&self, id: RecordId, draft: AuditDraft) -> BoxFuture<'_, Result<(), StoreError>> {
        self.trail().append(id, draft)
    }

    fn read(
        &self,
        mut filter: AuditFilter,
        mut limit: usize,
    ) -> BoxFuture<'_, Result<Vec<AuditRow>, StoreError>> {
        match self.fault {
            Some(TrailFault::EveryOperation) => filter.operation = None,
            Some(TrailFault::NoCursor) => filter.after = 0,
            Some(TrailFault::EndlessPages) => limit = 1000,
            _ => {}
        }
        Box::pin(async move {
            if self.is(TrailFault::BesideTheTransaction) {
                let beside = self.beside.audit().unwrap().read(filter.clone(), limit).await?;
                if !beside.is_empty() {
                    return Ok(beside);
                }
            }
            let mut rows = self.trail().read(filter, limit).await?;
            if self.is(TrailFault::OtherTimes) {
                for row in &mut rows {
                    row.at += 1;
                }
            }
            if self.is(TrailFault::GoesWithTheRecord) {
                let newest = rows.iter().map(|row| row.at).max().unwrap_or_default();
                rows.retain(|row| newest - row.at < 60 * 60 * 1000);
            }
            Ok(rows)
        })
    }
}

impl Transactions for WrongTrail {
    fn look(&self, id: RecordId, event: Event) -> BoxFuture<'_, Result<Action, StoreError>> {
        self.inner.transactions().unwrap().look(id, event)
    }

    fn begin(&self) -> BoxFuture<'_, Result<Box<dyn Transaction>, StoreError>> {
        Box::pin(async move {
            let inner = self.inner.transactions().unwrap().begin().await?;
            let beside = self.is(TrailFault::BesideTheTransaction).then(|| self.beside.clone());
            Ok(Box::new(WrongTransaction { inner, beside }) as Box<dyn Transaction>)
        })
    }
}

impl Transaction for WrongTransaction {
    fn apply(&mut self, id: RecordId, event: Event) -> BoxFuture<'_, Result<Action, StoreError>> {
        self.inner.apply(id, event)
    }

    fn append(&mut self, id: RecordId, draft: AuditDraft) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            match &self.beside {
                Some(beside) => beside.audit().unwrap().append(id, draft).await,
                None => self.inner.append(id, draft).await,
            }
        })
    }

    fn commit(self: Box<Self>) -> BoxFuture<'static, Result<(), StoreError>> {
        self.inner.commit()
    }

    fn rollback(self: Box<Self>) -> BoxFuture<'static, Result<(), StoreError>> {
        self.inner.rollback()
    }
}
