mod trail;

use super::{AuditStore, BoxFuture, Store, StoreError};
use crate::clock::{Clock, SystemClock};
use crate::idempotency::audit::{AuditDraft, AuditFilter, AuditRow};
use crate::idempotency::engine::{Action, Change, Event, step};
use crate::idempotency::record::{ByItself, RecordId};
use crate::idempotency::state::State;
use crate::sync::{AtomicUsize, Mutex, MutexGuard};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::fmt;
use std::future;
use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::time::Duration;
use trail::Trail;

/// Enough that a dozen cores seldom meet in one.
const SHARDS: usize = 64;

/// How many records a write may look at for being expired: more than one, so that they go faster than they come.
const CHECKS_PER_WRITE: usize = 2;

/// How many stale entries a shard may hold beyond one per record.
const STALE_CHECKS: usize = 64;

/// Records in the memory of this process: for tests, and for services of one process whose operations may run again
/// after a restart.
///
/// The store holds a bounded number of records. When it is full it refuses new operations, which clients see as 503
/// `overloaded`, and never forgets a finished one before its time: a cache that forgets charges a customer twice.
///
/// ```
/// use steadfast::{Idempotency, MemoryStore};
///
/// let idempotency = Idempotency::new(MemoryStore::new().capacity(100_000));
/// ```
pub struct MemoryStore {
    shards: Box<[Mutex<Shard>]>,
    records: AtomicUsize,
    capacity: usize,
    clock: Box<dyn Clock>,
    trail: Trail,
}

#[derive(Default)]
struct Shard {
    records: HashMap<RecordId, Record, ByItself>,
    /// When to look whether a record can go. One that lives longer by then gets another entry. The entries of records
    /// that went before their time stay behind, until they are due or too many.
    checks: BinaryHeap<Reverse<(u64, RecordId)>>,
}

struct Record {
    state: State,
    /// When the earliest of its entries in the heap is due. Any other entry is stale.
    check: u64,
}

impl MemoryStore {
    /// An empty store for a million records, on the system's clock.
    pub fn new() -> Self {
        Self {
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
            records: AtomicUsize::new(0),
            capacity: 1_000_000,
            clock: Box::new(SystemClock),
            trail: Trail::default(),
        }
    }

    /// Holds at most `records` at a time. A response of 500 bytes costs about one kilobyte.
    ///
    /// Of an [audit trail](crate::Idempotency::audit) it begins no operation beyond as many entries.
    #[must_use]
    pub fn capacity(mut self, records: usize) -> Self {
        self.capacity = records;
        self
    }

    /// Judges leases and times-to-live by `clock`.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Box::new(clock);
        self
    }

    /// Forgets the entries of the audit trail when they are this old. Otherwise they stay as long as the store does, and
    /// when there are as many as its [capacity](Self::capacity), no new operation is begun.
    #[must_use]
    pub fn keep_audit_for(mut self, time: Duration) -> Self {
        self.trail.keep_for(time);
        self
    }

    /// How many records the store holds, expired ones that were not yet removed included.
    pub fn len(&self) -> usize {
        self.records.load(Ordering::Relaxed)
    }

    /// Whether the store holds no record.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn now(&self) -> u64 {
        u64::try_from(self.clock.now().as_millis()).unwrap_or(u64::MAX)
    }

    fn apply_now(&self, id: RecordId, event: Event, draft: Option<AuditDraft>) -> Result<Action, StoreError> {
        let now = self.now();
        let mut shard = self.shard(id);
        if let Some(asked) = event.asked().filter(|asked| asked.takes_long()) {
            let recorded = shard.records.get(&id).and_then(|record| record.state.fingerprint().copied());
            // Nobody shall wait for the lock meanwhile.
            drop(shard);
            asked.prepare(recorded.as_ref());
            shard = self.shard(id);
        }
        let stored = shard.records.get_mut(&id);
        let state = stored.as_ref().map_or(&State::Absent, |record| &record.state);
        let begins = draft.is_some() && matches!(event, Event::Request(_));
        let transition = step(state, event, now);
        // Before anything is begun: what has taken effect has its entry, room or not.
        if begins && transition.change != Change::Keep && self.trail.is_full(self.capacity, now) {
            return Err(StoreError::Full);
        }
        let draft = draft.and_then(|draft| draft.after(state, &transition.change));
        match (transition.change, stored) {
            (Change::Keep, _) => {}
            (Change::Put(state), Some(record)) => record.state = state,
            (Change::Put(state), None) => {
                self.forget_expired(&mut shard, now, CHECKS_PER_WRITE);
                if !self.make_room(&mut shard, id, now) {
                    return Err(StoreError::Full);
                }
                let check = next_check(&state, now);
                shard.records.insert(id, Record { state, check });
                shard.schedule(check, id);
            }
            (Change::Remove, _) => {
                if shard.records.remove(&id).is_some() {
                    self.records.fetch_sub(1, Ordering::Relaxed);
                }
            }
        }
        // Under the record's lock: nobody sees one without the other.
        if let Some(draft) = draft {
            self.trail.append(id, draft, now);
        }
        Ok(transition.action)
    }

    /// Counts one more record, if there is room or expired records make some.
    fn make_room(&self, shard: &mut Shard, id: RecordId, now: u64) -> bool {
        let count = || {
            let one_more = |records| (records < self.capacity).then_some(records + 1);
            self.records.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more).is_ok()
        };
        if count() {
            return true;
        }
        self.forget_expired(shard, now, usize::MAX);
        for (index, other) in self.shards.iter().enumerate() {
            // Never waits for a second shard: two threads that do so would wait for each other.
            if index != shard_of(id)
                && let Ok(mut other) = other.try_lock()
            {
                self.forget_expired(&mut other, now, usize::MAX);
            }
        }
        count()
    }

    fn forget_expired(&self, shard: &mut Shard, now: u64, checks: usize) {
        for _ in 0..checks {
            match shard.checks.peek() {
                Some(Reverse((due, _))) if *due <= now => {}
                _ => return,
            }
            let Some(Reverse((due, id))) = shard.checks.pop() else { return };
            let Some(record) = shard.records.get_mut(&id).filter(|record| record.check == due) else {
                continue;
            };
            if record.state.forget_at().is_none_or(|end| end <= now) {
                shard.records.remove(&id);
                self.records.fetch_sub(1, Ordering::Relaxed);
            } else {
                let check = next_check(&record.state, now);
                record.check = check;
                shard.schedule(check, id);
            }
        }
    }

    fn shard(&self, id: RecordId) -> MutexGuard<'_, Shard> {
        // A step cannot panic half-way through a change.
        self.shards[shard_of(id)].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shard {
    fn schedule(&mut self, check: u64, id: RecordId) {
        self.checks.push(Reverse((check, id)));
        // Clients that are refused and try again leave an entry with every attempt.
        if self.checks.len() > 2 * self.records.len() + STALE_CHECKS {
            self.checks = self.records.iter().map(|(id, record)| Reverse((record.check, *id))).collect();
        }
    }
}

impl Store for MemoryStore {
    fn apply(&self, id: RecordId, event: Event) -> BoxFuture<'_, Result<Action, StoreError>> {
        Box::pin(future::ready(self.apply_now(id, event, None)))
    }

    fn audit(&self) -> Option<&dyn AuditStore> {
        Some(self)
    }
}

impl AuditStore for MemoryStore {
    fn apply_audited(
        &self,
        id: RecordId,
        event: Event,
        draft: AuditDraft,
    ) -> BoxFuture<'_, Result<Action, StoreError>> {
        Box::pin(future::ready(self.apply_now(id, event, Some(draft))))
    }

    fn append(&self, id: RecordId, draft: AuditDraft) -> BoxFuture<'_, Result<(), StoreError>> {
        let now = self.now();
        let appended = if self.trail.is_full(self.capacity, now) {
            Err(StoreError::Full)
        } else {
            self.trail.append(id, draft, now);
            Ok(())
        };
        Box::pin(future::ready(appended))
    }

    fn read(&self, filter: AuditFilter, limit: usize) -> BoxFuture<'_, Result<Vec<AuditRow>, StoreError>> {
        Box::pin(future::ready(Ok(self.trail.read(&filter, limit))))
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore")
            .field("records", &self.len())
            .field("capacity", &self.capacity)
            .finish_non_exhaustive()
    }
}

fn shard_of(id: RecordId) -> usize {
    usize::from(id.0[31]) % SHARDS
}

/// A claim is looked at when its lease ends, long before it is forgotten: by then it is usually a completed record,
/// whose own end is known.
fn next_check(state: &State, now: u64) -> u64 {
    match state {
        State::Claimed { lease_until, .. } if *lease_until > now => *lease_until,
        _ => state.forget_at().unwrap_or(now),
    }
}

#[cfg(test)]
mod interleavings;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::FixedClock;
    use crate::idempotency::record::{Fingerprint, Kept, Token, Tombstone};
    use crate::idempotency::{Finished, Keep, Request};
    use crate::testing::store_contract;

    const FINGERPRINT: Fingerprint = Fingerprint { algorithm: 2, bytes: [7; Fingerprint::LENGTH] };
    const TOKEN: Token = Token([1; 16]);

    impl MemoryStore {
        fn checks(&self) -> usize {
            self.shards.iter().map(|shard| shard.lock().unwrap().checks.len()).sum()
        }
    }

    fn execute() -> Action {
        Action::Execute { steps: Finished::default() }
    }

    fn id(of: u8) -> RecordId {
        RecordId([of; 32])
    }

    fn request(store: &MemoryStore, of: u8) -> Result<Action, StoreError> {
        let event = Event::Request(Request::new(FINGERPRINT, TOKEN, Duration::from_mins(1)));
        store.apply_now(id(of), event, None)
    }

    fn complete(store: &MemoryStore, of: u8, ttl: Duration) {
        let outcome =
            Kept::Tombstone(Tombstone { status: http::StatusCode::OK, location: None, version: None });
        let event = Event::Complete {
            token: TOKEN,
            asked: FINGERPRINT.into(),
            outcome,
            keep: Keep { ttl, remember: Duration::ZERO },
        };
        assert_eq!(store.apply_now(id(of), event, None).unwrap(), Action::Done);
    }

    #[tokio::test]
    async fn keeps_the_contract() {
        store_contract::check(async |clock| Ok(MemoryStore::new().clock(clock))).await.unwrap();
    }

    #[test]
    fn a_full_store_refuses_new_work_and_forgets_nothing_before_its_time() {
        let clock = FixedClock::new(Duration::from_secs(1000));
        let store = MemoryStore::new().capacity(2).clock(clock.clone());
        for of in [1, 2] {
            assert_eq!(request(&store, of).unwrap(), execute());
            complete(&store, of, Duration::from_hours(1));
        }
        assert!(matches!(request(&store, 3), Err(StoreError::Full)));
        assert!(matches!(request(&store, 1), Ok(Action::Replay { .. })));
        clock.advance(Duration::from_hours(1));
        assert_eq!(request(&store, 3).unwrap(), execute());
        assert_eq!(store.len(), 1);
    }

    #[test]
    fn expired_records_go_while_new_ones_come() {
        let clock = FixedClock::new(Duration::from_secs(1000));
        let store = MemoryStore::new().clock(clock.clone());
        for round in 0..1000_u32 {
            let mut bytes = [0; 32];
            bytes[..4].copy_from_slice(&round.to_le_bytes());
            let event = Event::Request(Request::new(FINGERPRINT, TOKEN, Duration::from_secs(1)));
            assert_eq!(store.apply_now(RecordId(bytes), event, None).unwrap(), execute());
            let outcome =
                Kept::Tombstone(Tombstone { status: http::StatusCode::OK, location: None, version: None });
            let ttl = Duration::from_secs(10);
            let event = Event::Complete {
                token: TOKEN,
                asked: FINGERPRINT.into(),
                outcome,
                keep: Keep { ttl, remember: Duration::ZERO },
            };
            assert_eq!(store.apply_now(RecordId(bytes), event, None).unwrap(), Action::Done);
            clock.advance(Duration::from_secs(1));
        }
        assert!(store.len() < 30, "{store:?}");
        assert_eq!(store.checks(), store.len());
    }

    #[test]
    fn released_claims_leave_nothing_behind() {
        let clock = FixedClock::new(Duration::from_secs(1000));
        let store = MemoryStore::new().clock(clock.clone());
        for _ in 0..20_000 {
            assert_eq!(request(&store, 1).unwrap(), execute());
            assert_eq!(store.apply_now(id(1), Event::Release { token: TOKEN }, None).unwrap(), Action::Done);
            clock.advance(Duration::from_millis(1));
        }
        assert!(store.checks() <= 2 + STALE_CHECKS, "{}", store.checks());
        // Entries that are left of earlier claims do not keep a record, nor do they take one before its time.
        assert_eq!(request(&store, 1).unwrap(), execute());
        complete(&store, 1, Duration::from_hours(1));
        clock.advance(Duration::from_mins(59));
        let now = u64::try_from(clock.now().as_millis()).unwrap();
        store.forget_expired(&mut store.shard(id(1)), now, usize::MAX);
        assert!(matches!(request(&store, 1), Ok(Action::Replay { .. })));
        clock.advance(Duration::from_mins(1));
        assert_eq!(request(&store, 65).unwrap(), execute());
        assert_eq!((store.len(), store.checks()), (1, 1));
    }

    #[test]
    fn a_replay_shares_the_body() {
        use crate::idempotency::record::StoredResponse;
        let store = MemoryStore::new();
        let body = bytes::Bytes::from(vec![b'x'; 1000]);
        let stored = StoredResponse {
            status: http::StatusCode::OK,
            headers: Vec::new(),
            body: body.clone(),
            version: None,
            newest: None,
        };
        assert_eq!(request(&store, 1).unwrap(), execute());
        let outcome = Kept::Response(stored.into());
        let event = Event::Complete {
            token: TOKEN,
            asked: FINGERPRINT.into(),
            outcome,
            keep: Keep { ttl: Duration::from_mins(1), remember: Duration::ZERO },
        };
        assert_eq!(store.apply_now(id(1), event, None).unwrap(), Action::Done);
        let Action::Replay { outcome: Kept::Response(replayed), .. } = request(&store, 1).unwrap() else {
            panic!("no replay")
        };
        assert_eq!(replayed.body.as_ptr(), body.as_ptr());
    }
}
