use crate::clock::{Clock, FixedClock};
use crate::idempotency::{
    Action, BoxFuture, Change, Event, RecordId, State, Store, StoreError, Transaction, Transactions, step,
};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use tokio::sync::OwnedMutexGuard;

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum DatabaseFault {
    CommitsNothing,
    /// Only the record that was written first.
    CommitsOneRecord,
    RollbackCommits,
    DropCommits,
    /// Others read what is not committed.
    ShowsUncommitted,
    /// Nobody waits for an open transaction.
    BeginsTwice,
    /// A transaction that waited sees the records as they were before.
    OldSnapshot,
    /// The store writes beside an open transaction.
    LetsOthersWrite,
    /// A transaction does not see the records.
    SeesOnlyItself,
}

type Records = HashMap<RecordId, State>;

pub(super) struct WrongDatabase {
    fault: Option<DatabaseFault>,
    shared: Arc<Mutex<Records>>,
    turn: Arc<tokio::sync::Mutex<()>>,
    clock: FixedClock,
}

struct WrongTransaction {
    fault: Option<DatabaseFault>,
    shared: Arc<Mutex<Records>>,
    snapshot: Records,
    written: Vec<(RecordId, State)>,
    ended: bool,
    clock: FixedClock,
    turn: Option<OwnedMutexGuard<()>>,
}

impl WrongDatabase {
    pub(super) fn new(fault: Option<DatabaseFault>, clock: FixedClock) -> Self {
        Self { fault, shared: Arc::default(), turn: Arc::default(), clock }
    }

    async fn turn(&self) -> OwnedMutexGuard<()> {
        Arc::clone(&self.turn).lock_owned().await
    }

    fn snapshot(&self) -> Records {
        self.shared.lock().unwrap().clone()
    }
}

impl Store for WrongDatabase {
    fn apply(&self, id: RecordId, event: Event) -> BoxFuture<'_, Result<Action, StoreError>> {
        Box::pin(async move {
            let waits = self.fault != Some(DatabaseFault::LetsOthersWrite);
            let _turn = if waits { Some(self.turn().await) } else { None };
            let mut records = self.shared.lock().unwrap();
            let (action, changed) = apply(records.get(&id), event, &self.clock);
            records.extend(changed.map(|state| (id, state)));
            Ok(action)
        })
    }

    fn transactions(&self) -> Option<&dyn Transactions> {
        Some(self)
    }
}

impl Transactions for WrongDatabase {
    fn look(&self, id: RecordId, event: Event) -> BoxFuture<'_, Result<Action, StoreError>> {
        Box::pin(async move { Ok(apply(self.shared.lock().unwrap().get(&id), event, &self.clock).0) })
    }

    fn begin(&self) -> BoxFuture<'_, Result<Box<dyn Transaction>, StoreError>> {
        Box::pin(async move {
            let before = self.snapshot();
            let waits = self.fault != Some(DatabaseFault::BeginsTwice);
            let turn = if waits { Some(self.turn().await) } else { None };
            let snapshot = match self.fault {
                Some(DatabaseFault::OldSnapshot) => before,
                Some(DatabaseFault::SeesOnlyItself) => Records::new(),
                _ => self.snapshot(),
            };
            let (fault, shared, clock) = (self.fault, Arc::clone(&self.shared), self.clock.clone());
            let written = Vec::new();
            let transaction =
                WrongTransaction { fault, shared, snapshot, written, ended: false, clock, turn };
            Ok(Box::new(transaction) as Box<dyn Transaction>)
        })
    }
}

impl WrongTransaction {
    fn save(&mut self) {
        let kept = match self.fault {
            Some(DatabaseFault::CommitsNothing) => 0,
            Some(DatabaseFault::CommitsOneRecord) => 1,
            _ => usize::MAX,
        };
        self.shared.lock().unwrap().extend(self.written.drain(..).take(kept));
    }
}

impl Transaction for WrongTransaction {
    fn apply(&mut self, id: RecordId, event: Event) -> BoxFuture<'_, Result<Action, StoreError>> {
        let (action, changed) = apply(self.snapshot.get(&id), event, &self.clock);
        if let Some(state) = changed {
            self.snapshot.insert(id, state.clone());
            if self.fault == Some(DatabaseFault::ShowsUncommitted) {
                self.shared.lock().unwrap().insert(id, state.clone());
            }
            self.written.push((id, state));
        }
        Box::pin(async move { Ok(action) })
    }

    fn commit(mut self: Box<Self>) -> BoxFuture<'static, Result<(), StoreError>> {
        Box::pin(async move {
            self.save();
            self.ended = true;
            Ok(())
        })
    }

    fn rollback(mut self: Box<Self>) -> BoxFuture<'static, Result<(), StoreError>> {
        Box::pin(async move {
            if self.fault == Some(DatabaseFault::RollbackCommits) {
                self.save();
            }
            self.ended = true;
            Ok(())
        })
    }
}

impl Drop for WrongTransaction {
    fn drop(&mut self) {
        if self.fault == Some(DatabaseFault::DropCommits) && !self.ended {
            self.save();
        }
        if self.fault == Some(DatabaseFault::ShowsUncommitted) {
            let mut records = self.shared.lock().unwrap();
            for (id, _) in self.written.drain(..) {
                records.remove(&id);
            }
        }
        drop(self.turn.take());
    }
}

fn apply(state: Option<&State>, event: Event, clock: &FixedClock) -> (Action, Option<State>) {
    let now = u64::try_from(clock.now().as_millis()).unwrap();
    let transition = step(state.unwrap_or(&State::Absent), event, now);
    let changed = match transition.change {
        Change::Keep => None,
        Change::Put(state) => Some(state),
        Change::Remove => Some(State::Absent),
    };
    (transition.action, changed)
}
