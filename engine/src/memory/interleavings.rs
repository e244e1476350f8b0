//! Threads that meet in the store, in every order a scheduler thinks of.

use super::*;
use crate::clock::FixedClock;
use crate::idempotency::record::{Fingerprint, Kept, Token, Tombstone};
use crate::idempotency::{Keep, Request};
use crate::sync::in_every_order;
use shuttle::thread;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize as Counter;
use std::time::Duration;

const LEASE: Duration = Duration::from_secs(1);
const TTL: Duration = Duration::from_secs(10);
const RUNS: usize = 2000;

/// What one thread does to a store, as a request would: claims, and completes or gives back what it has claimed.
struct Caller {
    store: Arc<MemoryStore>,
    token: Token,
}

impl Caller {
    fn new(store: &Arc<MemoryStore>, number: u8) -> Self {
        Self { store: Arc::clone(store), token: Token([number; 16]) }
    }

    fn request(&self, id: RecordId) -> Result<Action, StoreError> {
        let asked =
            Request::new(Fingerprint { algorithm: 2, bytes: [7; Fingerprint::LENGTH] }, self.token, LEASE);
        self.store.apply_now(id, Event::Request(asked), None)
    }

    fn complete(&self, id: RecordId) -> Action {
        let status = http::StatusCode::from_u16(200 + u16::from(self.token.0[0])).unwrap();
        let event = Event::Complete {
            token: self.token,
            asked: Fingerprint { algorithm: 2, bytes: [7; Fingerprint::LENGTH] }.into(),
            outcome: Kept::Tombstone(Tombstone { status, location: None, version: None }),
            keep: Keep::new(TTL),
        };
        self.store.apply_now(id, event, None).unwrap()
    }

    fn release(&self, id: RecordId) -> Action {
        self.store.apply_now(id, Event::Release { token: self.token }, None).unwrap()
    }
}

fn store(capacity: usize) -> (Arc<MemoryStore>, FixedClock) {
    let clock = FixedClock::new(Duration::from_secs(1000));
    (Arc::new(MemoryStore::new().capacity(capacity).clock(clock.clone())), clock)
}

fn id(shard: u8) -> RecordId {
    let mut bytes = [0; 32];
    (bytes[0], bytes[31]) = (shard, shard);
    RecordId(bytes)
}

/// How many records there are, whatever the store has counted.
fn counted(store: &MemoryStore) -> usize {
    store.shards.iter().map(|shard| shard.lock().unwrap().records.len()).sum()
}

fn in_threads(threads: impl IntoIterator<Item = Box<dyn FnOnce() + Send>>) {
    let threads: Vec<_> = threads.into_iter().map(thread::spawn).collect();
    for thread in threads {
        thread.join().unwrap();
    }
}

#[test]
fn one_of_several_claims_and_all_hear_what_it_completed() {
    in_every_order(RUNS, || {
        let (store, _) = store(10);
        let executed = Arc::new(Counter::new(0));
        in_threads((1..=3).map(|number| -> Box<dyn FnOnce() + Send> {
            let (caller, executed) = (Caller::new(&store, number), Arc::clone(&executed));
            Box::new(move || match caller.request(id(1)).unwrap() {
                Action::Execute { .. } => {
                    assert_eq!(executed.fetch_add(1, Ordering::SeqCst), 0, "two executions");
                    assert_eq!(caller.complete(id(1)), Action::Done);
                }
                Action::InProgress { .. } | Action::Replay { .. } => {}
                other => panic!("{other:?}"),
            })
        }));
        assert_eq!(executed.load(Ordering::SeqCst), 1);
        assert_eq!((store.len(), counted(&store)), (1, 1));
    });
}

/// Claims lapse while their owners complete or give back: one outcome stays, and it is the one that was said to be done.
#[test]
fn owners_whose_claims_lapse_leave_one_outcome() {
    in_every_order(RUNS, || {
        let (store, clock) = store(10);
        let done = Arc::new(Counter::new(0));
        let mut threads: Vec<Box<dyn FnOnce() + Send>> = (1..=3)
            .map(|number| -> Box<dyn FnOnce() + Send> {
                let (caller, done) = (Caller::new(&store, number), Arc::clone(&done));
                Box::new(move || {
                    if !matches!(caller.request(id(1)), Ok(Action::Execute { .. })) {
                        return;
                    }
                    match number {
                        1 => drop(caller.release(id(1))),
                        _ if caller.complete(id(1)) == Action::Done => {
                            assert_eq!(done.swap(number.into(), Ordering::SeqCst), 0, "two outcomes");
                        }
                        _ => {}
                    }
                })
            })
            .collect();
        threads.push(Box::new(move || {
            thread::yield_now();
            clock.advance(LEASE);
        }));
        in_threads(threads);
        let replayed = match Caller::new(&store, 9).request(id(1)).unwrap() {
            Action::Replay { outcome, .. } => usize::from(outcome.status().unwrap().as_u16() - 200),
            _ => 0,
        };
        assert_eq!(replayed, done.load(Ordering::SeqCst));
        assert_eq!(store.len(), counted(&store));
    });
}

/// Each holds the lock of its shard and looks for room in those of the others.
#[test]
fn threads_that_make_room_neither_wait_for_each_other_nor_take_too_much() {
    const CAPACITY: usize = 2;
    in_every_order(RUNS, || {
        let (store, clock) = store(CAPACITY);
        for shard in [1, 2] {
            let caller = Caller::new(&store, 9);
            assert!(matches!(caller.request(id(shard)), Ok(Action::Execute { .. })));
            assert_eq!(caller.complete(id(shard)), Action::Done);
        }
        let claimed = Arc::new(Counter::new(0));
        let mut threads: Vec<Box<dyn FnOnce() + Send>> = (1..=3)
            .map(|number| -> Box<dyn FnOnce() + Send> {
                let (caller, claimed) = (Caller::new(&store, number), Arc::clone(&claimed));
                // In shards of their own, none of which is the one of a record that can go.
                Box::new(move || match caller.request(id(10 + number)) {
                    Ok(Action::Execute { .. }) => drop(claimed.fetch_add(1, Ordering::SeqCst)),
                    Err(StoreError::Full) => {}
                    other => panic!("{other:?}"),
                })
            })
            .collect();
        threads.push(Box::new(move || clock.advance(TTL)));
        in_threads(threads);
        assert!(store.len() <= CAPACITY, "{store:?}");
        assert!(claimed.load(Ordering::SeqCst) <= CAPACITY);
        assert_eq!(store.len(), counted(&store));
    });
}
