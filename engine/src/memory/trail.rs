use crate::idempotency::audit::{AuditDraft, AuditFilter, AuditRow};
use crate::idempotency::record::RecordId;
use crate::sync::{Mutex, MutexGuard};
use std::collections::VecDeque;
use std::sync::PoisonError;
use std::time::Duration;

/// How many entries may go for each that comes: more than one, so that they go faster than they come.
const FORGOTTEN_PER_ENTRY: usize = 2;

/// The audit trail of a [`MemoryStore`](super::MemoryStore). Its lock is taken last, while that of a record is held.
#[derive(Default)]
pub(super) struct Trail {
    entries: Mutex<Entries>,
    keep_for: Option<Duration>,
}

#[derive(Default)]
struct Entries {
    /// In the order of their numbers.
    rows: VecDeque<AuditRow>,
    last: u64,
}

impl Trail {
    pub(super) fn keep_for(&mut self, time: Duration) {
        self.keep_for = Some(time);
    }

    pub(super) fn append(&self, record: RecordId, draft: AuditDraft, now: u64) {
        let mut entries = self.entries();
        self.forget(&mut entries, now, FORGOTTEN_PER_ENTRY);
        entries.last += 1;
        let sequence = entries.last;
        entries.rows.push_back(AuditRow { sequence, at: now, record, draft });
    }

    /// Whether there is no room, after what is too old has gone.
    pub(super) fn is_full(&self, capacity: usize, now: u64) -> bool {
        let mut entries = self.entries();
        if entries.rows.len() >= capacity {
            self.forget(&mut entries, now, usize::MAX);
        }
        entries.rows.len() >= capacity
    }

    pub(super) fn read(&self, filter: &AuditFilter, limit: usize) -> Vec<AuditRow> {
        let entries = self.entries();
        let begin = entries.rows.partition_point(|row| row.sequence <= filter.after);
        entries.rows.range(begin..).filter(|row| filter.selects(row)).take(limit).cloned().collect()
    }

    /// Forgets the oldest entries, at most so many, if their time is up.
    fn forget(&self, entries: &mut Entries, now: u64, most: usize) {
        let Some(keep_for) = self.keep_for else { return };
        let keep_for = u64::try_from(keep_for.as_millis()).unwrap_or(u64::MAX);
        for _ in 0..most {
            if entries.rows.front().is_none_or(|row| row.at.saturating_add(keep_for) > now) {
                return;
            }
            entries.rows.pop_front();
        }
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        // Appending cannot panic half-way.
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use crate::MemoryStore;
    use crate::clock::FixedClock;
    use crate::idempotency::{
        Action, AuditDraft, AuditEvent, AuditFilter, AuditStore, Event, Fingerprint, Keep, Kept, RecordId,
        Request, Store, StoreError, Token, Tombstone,
    };
    use std::time::Duration;

    const FINGERPRINT: Fingerprint = Fingerprint { algorithm: 2, bytes: [7; Fingerprint::LENGTH] };
    const TOKEN: Token = Token([1; 16]);

    fn draft(event: AuditEvent) -> AuditDraft {
        AuditDraft {
            event,
            status: None,
            operation: "pay".into(),
            scope: None,
            version: None,
            began_at: None,
            details: "{}".into(),
        }
    }

    async fn begin(store: &MemoryStore, of: u8) -> Result<Action, StoreError> {
        begin_as(store, of, TOKEN).await
    }

    async fn begin_as(store: &MemoryStore, of: u8, token: Token) -> Result<Action, StoreError> {
        let event = Event::Request(Request::new(FINGERPRINT, token, Duration::from_mins(1)));
        store.apply_audited(RecordId([of; 32]), event, draft(AuditEvent::Lost)).await
    }

    async fn complete(store: &MemoryStore, of: u8) -> Result<Action, StoreError> {
        complete_as(store, of, TOKEN).await
    }

    async fn complete_as(store: &MemoryStore, of: u8, token: Token) -> Result<Action, StoreError> {
        let outcome =
            Kept::Tombstone(Tombstone { status: http::StatusCode::OK, location: None, version: None });
        let keep = Keep::new(Duration::from_hours(1));
        let event = Event::Complete { token, asked: FINGERPRINT.into(), outcome, keep };
        store.apply_audited(RecordId([of; 32]), event, draft(AuditEvent::Completed)).await
    }

    async fn numbers(store: &MemoryStore) -> Vec<u64> {
        let rows = store.read(AuditFilter::default(), 100).await.unwrap();
        rows.iter().map(|row| row.sequence).collect()
    }

    #[tokio::test]
    async fn a_full_trail_begins_nothing_and_forgets_nothing() {
        let clock = FixedClock::new(Duration::from_secs(1000));
        let store = MemoryStore::new().capacity(2).clock(clock.clone());
        for of in [1, 2] {
            assert_eq!(begin(&store, of).await.unwrap(), Action::EXECUTE);
        }
        // Room for an entry: what is not yet in it will be.
        assert_eq!(complete(&store, 1).await.unwrap(), Action::Done);
        clock.advance(Duration::from_hours(2));
        let another = Token([2; 16]);
        assert_eq!(begin_as(&store, 2, another).await.unwrap(), Action::EXECUTE);
        assert_eq!(numbers(&store).await, [1, 2], "the second is that of a lost execution");
        assert!(matches!(begin(&store, 3).await, Err(StoreError::Full)));
        assert!(matches!(
            store.append(RecordId([3; 32]), draft(AuditEvent::Replayed)).await,
            Err(StoreError::Full)
        ));
        assert_eq!(complete_as(&store, 2, another).await.unwrap(), Action::Done, "it has taken effect");
        assert_eq!(numbers(&store).await, [1, 2, 3]);
        assert!(matches!(begin(&store, 2).await.unwrap(), Action::Replay { .. }), "it begins nothing");
        // Without a trail there is no such limit.
        let event = Event::Request(Request::new(FINGERPRINT, TOKEN, Duration::from_mins(1)));
        assert_eq!(store.apply(RecordId([3; 32]), event).await.unwrap(), Action::EXECUTE);
    }

    #[tokio::test]
    async fn entries_go_when_they_were_told_to() {
        let clock = FixedClock::new(Duration::from_secs(1000));
        let store =
            MemoryStore::new().capacity(2).keep_audit_for(Duration::from_hours(1)).clock(clock.clone());
        for of in [1, 2] {
            assert_eq!(complete(&store, of).await.unwrap(), Action::Done);
        }
        clock.advance(Duration::from_mins(59));
        assert!(matches!(begin(&store, 3).await, Err(StoreError::Full)));
        assert_eq!(numbers(&store).await, [1, 2]);
        clock.advance(Duration::from_mins(1));
        assert_eq!(begin(&store, 3).await.unwrap(), Action::EXECUTE);
        assert_eq!(complete(&store, 3).await.unwrap(), Action::Done);
        assert_eq!(numbers(&store).await, [3]);
    }
}
