//! Threads that meet in the store, in every order that the scheduler chooses.

use super::*;
use crate::sync::in_every_order;
use crate::{AuditEvent, Kind};
use shuttle::thread;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use steadfast_core::FixedClock;

const TTL: Duration = Duration::from_secs(10);
const RUNS: usize = 2000;

type Thread = Box<dyn FnOnce() + Send>;

/// What a caller writes: its number is the record.
fn entry(number: u8) -> Entry {
    Entry { record: vec![number].into(), kind: Kind::Running, keep_for: TTL }
}

fn id(shard: u8) -> RecordId {
    RecordId([shard; 32])
}

fn store(capacity: usize) -> (MemoryStore, FixedClock) {
    let clock = FixedClock::new(Duration::from_secs(1000));
    (MemoryStore::new().capacity(capacity).clock(clock.clone()), clock)
}

fn claim(store: &MemoryStore, id: RecordId, number: u8) -> Result<Found, StoreError> {
    store.find_or_insert_now(id, &mut || Ok(entry(number)))
}

fn draft(number: u8) -> AuditDraft {
    AuditDraft {
        event: AuditEvent::Completed,
        status: None,
        operation: "pay".into(),
        scope: None,
        version: None,
        began_at: None,
        details: vec![number].into(),
    }
}

fn replace(store: &MemoryStore, id: RecordId, found: &Found, number: u8) -> Swap {
    store.swap_now(id, Some(&found.revision), Some(entry(number)), vec![draft(number)])
}

/// Returns how many records there are, whatever the store has counted.
fn held(store: &MemoryStore) -> usize {
    store.shared.shards.iter().map(|shard| shard.lock().unwrap().records.len()).sum()
}

fn in_threads(threads: impl IntoIterator<Item = Thread>) {
    let threads: Vec<_> = threads.into_iter().map(thread::spawn).collect();
    for thread in threads {
        thread.join().unwrap();
    }
}

/// Runs `act` in three threads, with a clone of the store and the numbers 1 to 3.
fn three(store: &MemoryStore, act: impl Fn(&MemoryStore, u8) + Send + Sync + 'static) -> Vec<Thread> {
    let act = Arc::new(act);
    let thread = |number| -> Thread {
        let (store, act) = (store.clone(), Arc::clone(&act));
        Box::new(move || act(&store, number))
    };
    (1..=3).map(thread).collect()
}

#[test]
fn of_several_claims_one_is_inserted_and_all_find_it() {
    in_every_order(RUNS, || {
        let (store, _) = store(10);
        let found = Arc::new(Mutex::new(Vec::new()));
        let all = Arc::clone(&found);
        in_threads(three(&store, move |store, number| {
            let found = claim(store, id(1), number).unwrap();
            all.lock().unwrap().push(found);
        }));
        let found = found.lock().unwrap();
        assert_eq!(found.iter().filter(|found| found.inserted).count(), 1);
        assert!(
            found.iter().all(|one| (&one.record, &one.revision) == (&found[0].record, &found[0].revision))
        );
        assert_eq!((store.len(), held(&store)), (1, 1));
    });
}

/// Each looks, and replaces what it found, as those do that take over an abandoned claim.
#[test]
fn of_several_that_replace_one_entry_one_does_and_the_log_names_it() {
    in_every_order(RUNS, || {
        let (store, _) = store(10);
        claim(&store, id(1), 0).unwrap();
        let owner = Arc::new(AtomicUsize::new(0));
        let winner = Arc::clone(&owner);
        in_threads(three(&store, move |store, number| {
            let found = claim(store, id(1), number).unwrap();
            if found.record[0] == 0 && matches!(replace(store, id(1), &found, number), Swap::Done(_)) {
                assert_eq!(winner.swap(number.into(), SeqCst), 0, "two owners");
            }
        }));
        let owner = u8::try_from(owner.load(SeqCst)).unwrap();
        assert_eq!(store.load_now(id(1)).unwrap().record[..], [owner]);
        let log = store.shared.log.read(&AuditFilter::default(), 10);
        assert!(matches!(&log[..], [row] if row.draft == draft(owner)), "{log:?}");
    });
}

/// Claim, then replace or remove one's own entry, then again: whoever owns the entry finds it as it was left.
#[test]
fn of_several_in_a_loop_one_at_a_time_owns_the_entry() {
    in_every_order(RUNS, || {
        let (store, clock) = store(10);
        let owner = Arc::new(AtomicUsize::new(0));
        let held_by = Arc::clone(&owner);
        let mut threads = three(&store, move |store, number| {
            for _ in 0..3 {
                let found = claim(store, id(1), number).unwrap();
                if !found.inserted {
                    continue;
                }
                // Nobody else sees the entry as its own before this removes it.
                assert_eq!(held_by.swap(number.into(), SeqCst), 0, "two owners");
                let Swap::Done(Some(revision)) = replace(store, id(1), &found, number) else {
                    panic!("the entry of {number} was replaced");
                };
                assert_eq!(held_by.swap(0, SeqCst), number.into());
                let removed = store.swap_now(id(1), Some(&revision), None, Vec::new());
                assert_eq!(removed, Swap::Done(None), "the entry of {number} was replaced");
            }
        });
        threads.push(Box::new(move || clock.advance(TTL / 2)));
        in_threads(threads);
        assert_eq!((store.len(), held(&store)), (0, 0));
    });
}

/// Claims expire while their owners complete: one entry stays, and whoever wrote it knows.
#[test]
fn owners_whose_entries_expire_leave_one() {
    in_every_order(RUNS, || {
        let (store, clock) = store(10);
        let last = Arc::new(Mutex::new(None));
        let written = Arc::clone(&last);
        let mut threads = three(&store, move |store, number| {
            let found = claim(store, id(1), number).unwrap();
            if found.inserted
                && let Swap::Done(revision) = replace(store, id(1), &found, number + 10)
            {
                assert_ne!(revision, None);
                *written.lock().unwrap() = revision;
            }
        });
        threads.push(Box::new(move || clock.advance(TTL)));
        in_threads(threads);
        let revision = store.load_now(id(1)).filter(|found| found.record[0] > 10).map(|found| found.revision);
        if let Some(revision) = revision {
            assert_eq!(last.lock().unwrap().as_ref(), Some(&revision));
        }
        assert_eq!(store.len(), held(&store));
    });
}

/// Each holds the lock of its shard and looks for room in those of the others.
#[test]
fn threads_that_make_room_neither_wait_for_each_other_nor_take_too_much() {
    const CAPACITY: usize = 2;
    in_every_order(RUNS, || {
        let (store, clock) = store(CAPACITY);
        for shard in [1, 2] {
            claim(&store, id(shard), 9).unwrap();
        }
        let claimed = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&claimed);
        // In shards of their own, none of which is the one of a record that can go.
        let mut threads = three(&store, move |store, number| {
            let mut claim = || Ok(Entry { keep_for: 2 * TTL, ..entry(number) });
            match store.find_or_insert_now(id(10 + number), &mut claim) {
                Ok(_) => drop(count.fetch_add(1, SeqCst)),
                Err(StoreError::Full) => {}
                Err(error) => panic!("{error}"),
            }
        });
        threads.push(Box::new(move || clock.advance(TTL)));
        in_threads(threads);
        assert!(store.len() <= CAPACITY, "{store:?}");
        assert!(claimed.load(SeqCst) <= CAPACITY);
        assert_eq!(store.len(), held(&store));
    });
}
