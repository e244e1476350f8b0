use super::fault::Fault;
use super::store::{Records, TestStore};
use crate::{
    AuditDraft, BoxFuture, Entry, Finish, Found, Kind, RecordId, Revision, StoreError, Transaction,
    Transactions,
};
use std::sync::Arc;
use std::time::Duration;
use steadfast_core::Clock;
use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock};

/// What happens to those that write while a transaction is open.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Isolation {
    /// They wait.
    Waits,
    /// They are refused.
    Fails,
    /// They go on, and the transaction cannot be committed.
    Conflicts,
}

/// The lock of a transaction, and of those that write beside it.
#[derive(Clone, Default)]
pub(super) struct Turn(Arc<RwLock<()>>);

impl Turn {
    pub(super) async fn write(
        &self,
        isolation: Isolation,
    ) -> Result<Option<OwnedRwLockReadGuard<()>>, StoreError> {
        let turn = Arc::clone(&self.0);
        match isolation {
            Isolation::Waits => Ok(Some(turn.read_owned().await)),
            Isolation::Fails => turn.try_read_owned().map(Some).map_err(StoreError::unavailable),
            Isolation::Conflicts => Ok(None),
        }
    }

    async fn begin(&self, isolation: Isolation) -> Result<Option<OwnedRwLockWriteGuard<()>>, StoreError> {
        let turn = Arc::clone(&self.0);
        match isolation {
            Isolation::Waits => Ok(Some(turn.write_owned().await)),
            Isolation::Fails => turn.try_write_owned().map(Some).map_err(StoreError::unavailable),
            Isolation::Conflicts => Ok(None),
        }
    }
}

struct TestTransaction {
    records: Records,
    id: Option<RecordId>,
    seen: Option<Revision>,
    begun_at: Duration,
    turn: Option<OwnedRwLockWriteGuard<()>>,
    ended: bool,
}

impl Transactions for TestStore {
    fn begin(
        &self,
        id: Option<RecordId>,
    ) -> BoxFuture<'_, Result<(Box<dyn Transaction>, Option<Found>), StoreError>> {
        let records = self.records.clone();
        let isolation = self.isolation.unwrap_or(Isolation::Waits);
        let find = move |records: &Records| {
            let state = records.state();
            let row = match records.fault {
                Some(Fault::BeginFindsNothing) => None,
                Some(Fault::BeginFindsExpired) => id.and_then(|id| state.rows.get(&id)),
                _ => id.and_then(|id| records.live(&state, id)),
            };
            row.map(|row| records.found(row))
        };
        Box::pin(async move {
            if id.is_none() && records.is(Fault::BeginNeedsRecord) {
                return Err(StoreError::unavailable("there is no record"));
            }
            let before = find(&records);
            let turn = self.turn.begin(isolation).await?;
            let found = if records.is(Fault::OldSnapshot) { before } else { find(&records) };
            if let (true, Some(id)) = (records.is(Fault::PlaceholderIsSeen) && found.is_none(), id) {
                let empty = Entry { record: "".into(), kind: Kind::Running, keep_for: Duration::MAX };
                records.write(&mut records.state(), id, empty, false);
            }
            let seen = found.as_ref().map(|found| found.revision.clone());
            let begun_at = records.clock.now();
            let transaction = TestTransaction { records, id, seen, begun_at, turn, ended: false };
            Ok((Box::new(transaction) as Box<dyn Transaction>, found))
        })
    }
}

impl TestTransaction {
    fn conflicts(&self, id: RecordId) -> bool {
        let current = self.records.revision(&self.records.state(), id);
        match self.records.fault {
            // Which trust that everybody else waits.
            Some(
                Fault::NeverConflicts
                | Fault::OldSnapshot
                | Fault::ClaimsDoNotWait
                | Fault::SwapsDoNotWait
                | Fault::BeginFindsNothing
                | Fault::BeginFindsExpired,
            ) => false,
            Some(Fault::AnyEntryWillDo) => current.is_some() != self.seen.is_some(),
            _ => current != self.seen,
        }
    }

    /// Removes the placeholder of an entry.
    fn clean(&self) {
        if let Some(id) = self.id
            && self.records.is(Fault::PlaceholderIsSeen)
            && self.seen.is_none()
        {
            self.records.state().rows.remove(&id);
        }
    }

    fn remove(&self, fault: Fault) {
        if let (Some(id), true) = (self.id, self.records.is(fault)) {
            self.records.state().rows.remove(&id);
        }
    }
}

impl Transaction for TestTransaction {
    fn finish(
        mut self: Box<Self>,
        new: Option<Entry>,
        audit: Vec<AuditDraft>,
    ) -> BoxFuture<'static, Result<Finish, StoreError>> {
        Box::pin(async move {
            self.ended = true;
            self.clean();
            let Some(id) = self.id else { return Ok(Finish::Committed) };
            let records = self.records.clone();
            let conflicts = self.conflicts(id);
            if conflicts && records.is(Fault::FinishAlwaysAppends) {
                records.append(&mut records.state(), id, audit.clone());
            }
            if conflicts {
                return Ok(Finish::Conflict);
            }
            if records.is(Fault::CommitsInSteps) {
                tokio::task::yield_now().await;
            }
            let mut state = records.state();
            match new {
                Some(_) if records.is(Fault::CommitIsLost) => {}
                Some(entry) => {
                    records.write(&mut state, id, entry, true);
                    if let Some(row) = state.rows.get_mut(&id) {
                        match (records.fault, self.seen.as_ref().and_then(Revision::as_number)) {
                            (Some(Fault::WrittenAtBegin), _) => row.written_at = self.begun_at,
                            (Some(Fault::CommitKeepsRevision), Some(seen)) => row.revision = seen,
                            _ => {}
                        }
                    }
                }
                None if records.is(Fault::FinishNeverRemoves) => {}
                None => records.remove(&mut state, id),
            }
            if !records.is(Fault::CommitAppendsNothing) {
                records.append(&mut state, id, audit);
            }
            Ok(Finish::Committed)
        })
    }

    fn rollback(mut self: Box<Self>) -> BoxFuture<'static, Result<(), StoreError>> {
        Box::pin(async move {
            self.ended = true;
            self.remove(Fault::RollbackRemoves);
            self.clean();
            Ok(())
        })
    }
}

impl Drop for TestTransaction {
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        self.clean();
        self.remove(Fault::DropRemoves);
        if self.records.is(Fault::DropHoldsLock) {
            std::mem::forget(self.turn.take());
        }
    }
}
