use super::shard::STALE_CHECKS;
use super::usage::OVERHEAD;
use super::*;
use crate::{AuditEvent, Kind};
use bytes::Bytes;
use std::panic::{AssertUnwindSafe, catch_unwind};
use steadfast_core::FixedClock;

const HOUR: Duration = Duration::from_hours(1);

fn id(number: u64) -> RecordId {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&number.to_le_bytes());
    bytes[31] = bytes[0];
    RecordId(bytes)
}

fn entry(kind: Kind, size: usize, keep_for: Duration) -> Entry {
    Entry { record: vec![7; size].into(), kind, keep_for }
}

fn store() -> (MemoryStore, FixedClock) {
    let clock = FixedClock::new(Duration::from_secs(1000));
    (MemoryStore::new().clock(clock.clone()), clock)
}

/// Claims as the framework does: longer than any response is stored.
fn claim(store: &MemoryStore, number: u64) -> Result<Found, StoreError> {
    store.find_or_insert_now(id(number), &mut || Ok(entry(Kind::Running, 100, 30 * 24 * HOUR)))
}

fn swap(store: &MemoryStore, number: u64, found: &Found, new: Option<Entry>) -> Swap {
    store.swap_now(id(number), Some(&found.revision), new, Vec::new())
}

fn complete(store: &MemoryStore, number: u64, keep_for: Duration) {
    let found = claim(store, number).unwrap();
    assert!(found.inserted);
    assert!(matches!(swap(store, number, &found, Some(entry(Kind::Done, 100, keep_for))), Swap::Done(_)));
}

fn checks(store: &MemoryStore) -> usize {
    store.shared.shards.iter().map(|shard| shard.lock().unwrap().checks()).sum()
}

/// Asserts that the store has counted what it holds.
fn assert_counted(store: &MemoryStore) {
    let sizes = store.shared.shards.iter().map(|shard| {
        let shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes: u64 = shard.records.values().map(Record::size).sum();
        (shard.records.len(), bytes)
    });
    let counted = sizes.fold((0, 0), |(len, bytes), shard| (len + shard.0, bytes + shard.1));
    assert_eq!((store.len(), store.shared.usage.bytes()), counted);
}

#[cfg(feature = "contract")]
#[tokio::test]
async fn memory_store_passes_the_contract() {
    crate::contract::check(async |clock| Ok(MemoryStore::new().clock(clock))).await.unwrap();
}

#[test]
fn full_store_refuses_new_records_and_removes_none_before_its_time() {
    let (store, clock) = store();
    let store = store.capacity(2);
    for number in [1, 2] {
        complete(&store, number, HOUR);
    }
    assert!(matches!(claim(&store, 3), Err(StoreError::Full)));
    assert!(!claim(&store, 1).unwrap().inserted);
    clock.advance(HOUR);
    assert!(claim(&store, 3).unwrap().inserted);
    assert_eq!(store.len(), 1);
    assert_counted(&store);
}

#[test]
fn store_full_of_bytes_refuses_new_records_and_completes_those_in_progress() {
    let (store, clock) = store();
    let store = store.capacity_bytes(2 * (100 + OVERHEAD));
    let found = claim(&store, 1).unwrap();
    complete(&store, 2, HOUR);
    assert!(matches!(claim(&store, 3), Err(StoreError::Full)));
    assert_counted(&store);
    let large = entry(Kind::Done, 1_000_000, HOUR);
    assert!(matches!(swap(&store, 1, &found, Some(large)), Swap::Done(Some(_))));
    assert_counted(&store);
    clock.advance(HOUR);
    assert!(claim(&store, 3).unwrap().inserted);
    assert_eq!(store.len(), 1);
    assert_counted(&store);
}

#[test]
fn record_larger_than_the_capacity_is_refused() {
    let (store, _) = store();
    let store = store.capacity_bytes(1000);
    let mut large = || Ok(entry(Kind::Running, 1001 - usize::try_from(OVERHEAD).unwrap(), HOUR));
    assert!(matches!(store.find_or_insert_now(id(1), &mut large), Err(StoreError::Full)));
    assert!(store.is_empty());
    assert_counted(&store);
}

/// What a swap records has happened, whether there was room or not.
#[test]
fn swap_that_expects_no_entry_is_never_refused() {
    let (store, _) = store();
    let store = store.capacity(0);
    let done = Some(entry(Kind::Done, 100, HOUR));
    assert!(matches!(store.swap_now(id(1), None, done, Vec::new()), Swap::Done(Some(_))));
    assert_eq!(store.len(), 1);
}

#[test]
fn smaller_record_gives_room_back() {
    let (store, _) = store();
    let found = claim(&store, 1).unwrap();
    let small = Some(entry(Kind::Done, 1, HOUR));
    assert!(matches!(swap(&store, 1, &found, small), Swap::Done(Some(_))));
    assert_eq!(store.shared.usage.bytes(), 1 + OVERHEAD);
    assert_counted(&store);
}

#[test]
fn expired_records_are_removed_while_new_ones_are_inserted() {
    let (store, clock) = store();
    for number in 0..1000 {
        complete(&store, number, Duration::from_secs(10));
        clock.advance(Duration::from_secs(1));
    }
    assert!(store.len() < 200, "{store:?}");
    assert_counted(&store);
}

/// A check at the end of the claim, days later, would hold the record until then.
#[test]
fn completed_record_is_removed_at_its_own_end_and_not_at_that_of_its_claim() {
    let (store, clock) = store();
    complete(&store, 1, HOUR);
    clock.advance(Duration::from_mins(2));
    // The same shard: the claim is due for its first check.
    complete(&store, 65, 2 * HOUR);
    assert_eq!((store.len(), checks(&store)), (2, 2));
    clock.advance(HOUR);
    complete(&store, 129, HOUR);
    assert_eq!((store.len(), checks(&store)), (2, 2));
}

/// An execution that takes long is checked seldom, and the end of its response may be before the next time.
#[test]
fn completed_record_that_ends_before_its_next_check_is_removed_at_its_end() {
    let (store, clock) = store();
    let found = claim(&store, 1).unwrap();
    clock.advance(HOUR);
    store.shard(id(1)).remove_expired(clock.now(), usize::MAX);
    assert!(matches!(swap(&store, 1, &found, Some(entry(Kind::Done, 100, HOUR / 2))), Swap::Done(_)));
    clock.advance(HOUR / 2);
    complete(&store, 65, HOUR);
    assert_eq!(store.len(), 1);
}

#[test]
fn stale_checks_end_when_they_are_due() {
    let (store, clock) = store();
    for _ in 0..10 {
        let found = claim(&store, 1).unwrap();
        assert_eq!(swap(&store, 1, &found, None), Swap::Done(None));
        clock.advance(Duration::from_millis(1));
    }
    complete(&store, 1, HOUR);
    assert_eq!(checks(&store), 11);
    clock.advance(Duration::from_mins(2));
    store.shard(id(1)).remove_expired(clock.now(), usize::MAX);
    assert_eq!((store.len(), checks(&store)), (1, 1));
}

#[test]
fn execution_in_progress_is_checked_ever_less_often() {
    let (store, clock) = store();
    claim(&store, 1).unwrap();
    let mut seen = 0;
    for _ in 0..30 * 24 * 60 - 1 {
        clock.advance(Duration::from_mins(1));
        let mut shard = store.shard(id(1));
        let before = shard.records[&id(1)].check;
        shard.remove_expired(clock.now(), usize::MAX);
        seen += usize::from(shard.records[&id(1)].check != before);
    }
    assert_eq!(seen, 16, "30 days are 43,200 minutes, and 2^15 is less than that");
    clock.advance(Duration::from_mins(1));
    assert!(claim(&store, 65).unwrap().inserted);
    assert_eq!(store.len(), 1);
}

#[test]
fn released_claims_leave_nothing_behind() {
    let (store, clock) = store();
    for _ in 0..20_000 {
        let found = claim(&store, 1).unwrap();
        assert_eq!(swap(&store, 1, &found, None), Swap::Done(None));
        clock.advance(Duration::from_millis(1));
    }
    assert!(checks(&store) <= 2 + STALE_CHECKS, "{}", checks(&store));
    // The checks of earlier claims neither hold a record nor remove one before its time.
    complete(&store, 1, HOUR);
    clock.advance(Duration::from_mins(59));
    store.shard(id(1)).remove_expired(clock.now(), usize::MAX);
    assert!(!claim(&store, 1).unwrap().inserted);
    clock.advance(Duration::from_mins(1));
    assert!(claim(&store, 65).unwrap().inserted);
    assert_eq!((store.len(), checks(&store)), (1, 1));
    assert_counted(&store);
}

#[test]
fn replay_shares_the_bytes_of_the_record() {
    let (store, _) = store();
    let record = Bytes::from(vec![b'x'; 1000]);
    let entry = Entry { record: record.clone(), kind: Kind::Done, keep_for: HOUR };
    store.find_or_insert_now(id(1), &mut || Ok(entry.clone())).unwrap();
    for found in [claim(&store, 1).unwrap(), store.load_now(id(1)).unwrap()] {
        assert_eq!(found.record.as_ptr(), record.as_ptr());
    }
}

#[test]
fn claim_is_not_made_where_an_entry_is() {
    let (store, _) = store();
    claim(&store, 1).unwrap();
    let found = store.find_or_insert_now(id(1), &mut || panic!("there is an entry"));
    assert!(!found.unwrap().inserted);
}

#[test]
fn claim_that_panics_leaves_the_store_as_it_was() {
    let (store, _) = store();
    let attempt = || store.find_or_insert_now(id(1), &mut || panic!("no claim"));
    assert!(catch_unwind(AssertUnwindSafe(attempt)).is_err());
    assert_counted(&store);
    assert!(claim(&store, 1).unwrap().inserted);
}

#[test]
fn clones_share_their_records() {
    let (store, _) = store();
    let clone = store.clone();
    claim(&store, 1).unwrap();
    assert!(!claim(&clone, 1).unwrap().inserted);
    assert_eq!(clone.len(), 1);
}

/// The ids of one shard count on in steps, and those of another between them.
#[test]
fn no_two_writes_have_the_same_revision() {
    let (store, _) = store();
    let mut seen = std::collections::HashSet::new();
    for number in 0..1000 {
        let found = claim(&store, number % 128).unwrap();
        assert!(seen.insert(found.revision.clone()), "{found:?}");
        assert_eq!(swap(&store, number % 128, &found, None), Swap::Done(None));
    }
}

fn draft(details: usize) -> AuditDraft {
    AuditDraft {
        event: AuditEvent::Completed,
        status: None,
        operation: "pay".into(),
        scope: None,
        version: None,
        began_at: None,
        details: vec![b'{'; details].into(),
    }
}

fn swap_with_entry(store: &MemoryStore, number: u64, found: &Found) -> Swap {
    let done = Some(entry(Kind::Done, 100, HOUR));
    store.swap_now(id(number), Some(&found.revision), done, vec![draft(10)])
}

fn numbers(store: &MemoryStore) -> Vec<u64> {
    store.shared.log.read(&AuditFilter::default(), 100).iter().map(|row| row.sequence).collect()
}

#[test]
fn full_audit_log_begins_nothing_and_removes_nothing() {
    let (store, clock) = store();
    let store = store.capacity(2);
    let claims = [1, 2].map(|number| claim(&store, number).unwrap());
    assert!(matches!(swap_with_entry(&store, 1, &claims[0]), Swap::Done(_)));
    store.append_now(id(1), draft(10)).unwrap();
    clock.advance(2 * HOUR);
    assert!(
        matches!(claim(&store, 3), Err(StoreError::Full)),
        "the record of 1 is expired, its entry is not"
    );
    assert!(matches!(store.append_now(id(3), draft(10)), Err(StoreError::Full)));
    assert!(matches!(swap_with_entry(&store, 2, &claims[1]), Swap::Done(_)), "the execution has ended");
    assert_eq!(numbers(&store), [1, 2, 3]);
    assert!(!claim(&store, 2).unwrap().inserted, "a replay begins nothing");
}

#[test]
fn old_audit_entries_make_room() {
    let (store, clock) = store();
    let store = store.capacity(2).keep_audit_for(HOUR);
    for number in [1, 2] {
        let found = claim(&store, number).unwrap();
        assert!(matches!(swap_with_entry(&store, number, &found), Swap::Done(_)));
    }
    clock.advance(Duration::from_mins(59));
    assert!(matches!(claim(&store, 3), Err(StoreError::Full)));
    assert_eq!(numbers(&store), [1, 2]);
    clock.advance(Duration::from_mins(1));
    let found = claim(&store, 3).unwrap();
    assert!(matches!(swap_with_entry(&store, 3, &found), Swap::Done(_)));
    assert_eq!(numbers(&store), [3]);
}

#[test]
fn old_audit_entries_are_removed_while_new_ones_are_appended() {
    let (store, clock) = store();
    let store = store.keep_audit_for(Duration::from_secs(10));
    for _ in 0..100 {
        store.append_now(id(1), draft(10)).unwrap();
        clock.advance(Duration::from_secs(1));
    }
    assert_eq!(numbers(&store).len(), 10);
}

#[test]
fn audit_entries_take_room_until_they_are_old() {
    let (store, clock) = store();
    let size = log::size(&draft(1000));
    let store = store.capacity_bytes(2 * size).keep_audit_for(HOUR);
    store.append_now(id(1), draft(1000)).unwrap();
    store.append_now(id(1), draft(1000)).unwrap();
    assert_eq!(store.shared.usage.bytes(), 2 * size);
    assert!(matches!(store.append_now(id(1), draft(0)), Err(StoreError::Full)));
    assert!(matches!(claim(&store, 1), Err(StoreError::Full)));
    clock.advance(HOUR);
    assert!(claim(&store, 1).unwrap().inserted);
    assert!(numbers(&store).is_empty());
    assert_counted(&store);
}
