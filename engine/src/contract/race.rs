//! A store that reads, decides and writes in separate steps is found out by chance only. So there are many rounds, on
//! several threads, with several calls in progress on each.

use super::audit::ALL;
use super::probe::{Probe, claiming, describe, entry};
use crate::{AuditFilter, BoxFuture, Entry, Found, RecordId, Revision, Store, StoreError, Swap};
use futures_util::future::{join_all, try_join_all};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};
use steadfast_core::FixedClock;
use tokio::runtime::Handle;
use tokio::sync::oneshot;

pub(super) const CALLS: usize = 9;

const THREADS: usize = 3;
/// Rounds that a slow store has to go through, and after which a fast one need not go on.
const ROUNDS: std::ops::Range<u64> = 3..2000;
/// Records that the threads go through in one round, without waiting for each other: a thread that is stopped between a
/// read and a write is overtaken there.
const RECORDS: u64 = 32;
/// How long a race takes if it does not come to the last round.
const LONG_ENOUGH: Duration = Duration::from_millis(250);

/// One of the calls that are made to one record at once.
pub(super) struct Calling {
    pub(super) store: Arc<dyn Store>,
    pub(super) id: RecordId,
    pub(super) number: usize,
    /// The revision of the entry that was there before.
    pub(super) expected: Option<Revision>,
}

pub(super) type Call = fn(Calling) -> BoxFuture<'static, Result<Outcome, StoreError>>;

pub(super) enum Outcome {
    Claimed(Found),
    Swapped(Swap),
}

/// What is left when all calls to a record have returned.
pub(super) struct After {
    /// One for each call.
    pub(super) outcomes: Vec<Outcome>,
    pub(super) found: Option<Found>,
    /// The details of the audit entries.
    pub(super) audit: Vec<Vec<u8>>,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Before {
    Nothing,
    Entry,
    Expired,
}

#[derive(Clone, Copy)]
pub(super) struct Race {
    pub(super) before: Before,
    pub(super) call: Call,
    /// Returns why what is left does not go together.
    pub(super) judge: fn(&After) -> Result<(), String>,
}

pub(super) async fn race(probe: &Probe, race: Race) -> Result<(), String> {
    let runtime = Handle::try_current().map_err(|error| error.to_string())?;
    let track = Arc::new(Track {
        store: Arc::clone(&probe.store),
        clock: probe.clock.clone(),
        race,
        arrived: AtomicUsize::new(0),
        left: AtomicBool::new(false),
        before: Mutex::default(),
        outcomes: Mutex::default(),
    });
    let mut runs = Vec::with_capacity(THREADS);
    for number in 0..THREADS {
        let (runtime, track) = (runtime.clone(), Arc::clone(&track));
        let (end, ended) = oneshot::channel();
        // The runtime of the caller goes on meanwhile: it may have one thread only.
        let run = move || end.send(runtime.block_on(track.run(number)));
        thread::Builder::new().spawn(run).map_err(|error| error.to_string())?;
        runs.push(ended);
    }
    for end in join_all(runs).await {
        end.map_err(|_| "expected a result, found that the store panicked")??;
    }
    Ok(())
}

struct Track {
    store: Arc<dyn Store>,
    clock: FixedClock,
    race: Race,
    /// How many times a thread has come to the line.
    arrived: AtomicUsize,
    /// Whether a thread has left, and the others shall not wait for it.
    left: AtomicBool,
    /// The revisions of the records of this round.
    before: Mutex<Vec<Option<Revision>>>,
    /// What the calls of this round returned.
    outcomes: Mutex<Vec<(RecordId, usize, Outcome)>>,
}

struct Leaving<'a>(&'a Track);

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        self.0.left.store(true, Ordering::Release);
    }
}

impl Track {
    async fn run(&self, number: usize) -> Result<(), String> {
        let _leaving = Leaving(self);
        let begun = Instant::now();
        for round in 0..ROUNDS.end {
            if number == 0 {
                if round > ROUNDS.start && begun.elapsed() > LONG_ENOUGH {
                    return Ok(());
                }
                let before = self.prepare(round).await?;
                *locked(&self.before) = before;
            }
            if !self.line_up() {
                return Ok(());
            }
            let before = locked(&self.before).clone();
            let mut outcomes = Vec::new();
            for (id, before) in ids(round).zip(&before) {
                let calls = (number..CALLS).step_by(THREADS);
                let called = calls.map(async |number| {
                    let call =
                        Calling { store: Arc::clone(&self.store), id, number, expected: before.clone() };
                    let outcome = (self.race.call)(call).await.map_err(failed)?;
                    Ok::<_, String>((id, number, outcome))
                });
                outcomes.extend(try_join_all(called).await?);
            }
            locked(&self.outcomes).extend(outcomes);
            if !self.line_up() {
                return Ok(());
            }
            if number == 0 {
                self.judge(round).await?;
            }
        }
        Ok(())
    }

    /// Returns the revisions of the records of this round.
    async fn prepare(&self, round: u64) -> Result<Vec<Option<Revision>>, String> {
        let instant = Duration::from_millis(1);
        let before = match self.race.before {
            Before::Nothing => return Ok(ids(round).map(|_| None).collect()),
            Before::Entry => entry(b"before"),
            Before::Expired => Entry { keep_for: instant, ..entry(b"before") },
        };
        let inserted = ids(round).map(|id| claiming(&*self.store, id, before.clone()));
        let inserted = try_join_all(inserted).await.map_err(failed)?;
        if self.race.before == Before::Expired {
            self.clock.advance(instant);
        }
        Ok(inserted.into_iter().map(|found| Some(found.revision)).collect())
    }

    async fn judge(&self, round: u64) -> Result<(), String> {
        let mut outcomes = std::mem::take(&mut *locked(&self.outcomes));
        outcomes.sort_by_key(|(id, number, _)| (*id, *number));
        let mut outcomes = outcomes.into_iter().map(|(_, _, outcome)| outcome);
        for id in ids(round) {
            let found = self.store.load(id).await.map_err(failed)?;
            let outcomes = outcomes.by_ref().take(CALLS).collect();
            (self.race.judge)(&After { outcomes, found, audit: self.audit(id).await? })?;
        }
        Ok(())
    }

    async fn audit(&self, id: RecordId) -> Result<Vec<Vec<u8>>, String> {
        let Some(log) = self.store.audit_log() else { return Ok(Vec::new()) };
        let rows = log.read(AuditFilter { record: Some(id), ..AuditFilter::default() }, ALL).await;
        Ok(rows.map_err(failed)?.into_iter().map(|row| row.draft.details.into()).collect())
    }

    /// Waits until all threads are here, and lets them go as nearly at once as can be. Returns `false` if one of them
    /// never comes.
    fn line_up(&self) -> bool {
        let arrived = self.arrived.fetch_add(1, Ordering::AcqRel) + 1;
        let all = arrived.next_multiple_of(THREADS);
        let mut turns = 0_u32;
        while self.arrived.load(Ordering::Acquire) < all {
            if self.left.load(Ordering::Acquire) {
                return false;
            }
            turns = turns.wrapping_add(1);
            if turns.is_multiple_of(64) {
                thread::yield_now();
            } else {
                std::hint::spin_loop();
            }
        }
        true
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[allow(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn failed(error: StoreError) -> String {
    format!("calls at once: expected a result of each, found the error {}", describe(&error))
}

/// Returns the records of a round, in the order of their ids.
fn ids(round: u64) -> impl Iterator<Item = RecordId> {
    (0..RECORDS).map(move |record| {
        let mut id = [0xAB; 32];
        id[..8].copy_from_slice(&(round * RECORDS + record).to_be_bytes());
        RecordId(id)
    })
}
