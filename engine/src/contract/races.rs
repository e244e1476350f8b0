//! Events that meet: a store that reads, decides and writes in separate steps is found out by chance only, so there are
//! many rounds, on several threads, with several events under way on each.

use super::{ASKED, KEEP, LEASE, ONE, Probe, asked, describe, differs, is, look, replay, request, response};
use crate::clock::FixedClock;
use crate::idempotency::{Action, Event, RecordId, Request, Store, Token};
use futures_util::future::{join_all, try_join_all};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};
use tokio::runtime::Handle;
use tokio::sync::oneshot;

const THREADS: usize = 3;
const EVENTS: usize = 9;
/// Rounds that a slow store has to go through, and that a fast one is spared after.
const ROUNDS: std::ops::Range<u64> = 3..2000;
/// Records that the threads go through in one round, without waiting for each other: who is stopped between a read and
/// a write is overtaken there.
const RECORDS: u64 = 32;
/// How long a race takes if it does not come to the last round.
const LONG_ENOUGH: Duration = Duration::from_millis(250);

pub(super) async fn requests(probe: &Probe) -> Result<(), String> {
    let judge = |actions: &[Action], found: &Action| {
        let others = actions.iter().filter(|action| matches!(action, Action::InProgress { .. })).count();
        executed(actions) == 1 && others == EVENTS - 1 && matches!(found, Action::InProgress { .. })
    };
    race(probe, Race { lapsed: false, event: |of| request(token(of)), judge }).await
}

pub(super) async fn completions(probe: &Probe) -> Result<(), String> {
    let judge = |actions: &[Action], found: &Action| {
        let mut winners = (0..EVENTS).filter(|&of| actions[of] == Action::Done);
        let (Some(winner), None) = (winners.next(), winners.next()) else { return false };
        let Event::Complete { outcome, .. } = completion(winner) else { return false };
        let replay = replay(outcome);
        is(found, &replay) && actions.iter().all(|action| *action == Action::Done || is(action, &replay))
    };
    race(probe, Race { lapsed: false, event: completion, judge }).await
}

pub(super) async fn completion_and_takeover(probe: &Probe) -> Result<(), String> {
    let event = |of| if of == 0 { completion(0) } else { request(token(of)) };
    let judge = |actions: &[Action], found: &Action| match (&actions[0], executed(actions)) {
        (Action::Done, 0) => matches!(found, Action::Replay { .. }),
        (Action::InProgress { .. }, 1) => matches!(found, Action::InProgress { .. }),
        _ => false,
    };
    race(probe, Race { lapsed: true, event, judge }).await
}

pub(super) async fn renewal_and_takeover(probe: &Probe) -> Result<(), String> {
    let event = |of| match of {
        0 => Event::Renew { token: ONE, lease: LEASE },
        _ => request(token(of)),
    };
    let judge = |actions: &[Action], found: &Action| {
        let expected = usize::from(actions[0] == Action::Lost);
        executed(actions) == expected && matches!(found, Action::InProgress { .. })
    };
    race(probe, Race { lapsed: true, event, judge }).await
}

pub(super) async fn release_and_takeover(probe: &Probe) -> Result<(), String> {
    let event = |of| if of == 0 { Event::Release { token: ONE } } else { request(token(of)) };
    // Released first or taken over first: either way one of the others has it in the end.
    let judge = |actions: &[Action], found: &Action| {
        executed(actions) == 1 && matches!(found, Action::InProgress { .. })
    };
    race(probe, Race { lapsed: true, event, judge }).await
}

fn executed(actions: &[Action]) -> usize {
    actions.iter().filter(|action| **action == Action::EXECUTE).count()
}

/// Of the claim that lapsed, if there is one, for the first; and others.
fn token(of: usize) -> Token {
    if of == 0 { ONE } else { Token([u8::try_from(of).unwrap_or(u8::MAX).saturating_add(100); 16]) }
}

fn completion(of: usize) -> Event {
    Event::Complete { token: token(of), asked: ASKED.into(), outcome: response(&vec![b'x'; of]), keep: KEEP }
}

/// Events that are applied to one record at once.
#[derive(Clone, Copy)]
struct Race {
    /// Whether there is a lapsed claim of [`ONE`] before.
    lapsed: bool,
    event: fn(usize) -> Event,
    /// Whether the actions, one for each event, and what a look finds afterwards go together.
    judge: fn(&[Action], &Action) -> bool,
}

async fn race(probe: &Probe, race: Race) -> Result<(), String> {
    let runtime = Handle::try_current().map_err(|error| error.to_string())?;
    let track = Arc::new(Track {
        store: Arc::clone(&probe.store),
        clock: probe.clock.clone(),
        race,
        arrived: AtomicUsize::new(0),
        left: AtomicBool::new(false),
        actions: Mutex::new(Vec::new()),
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
        end.map_err(|_| "the store panicked")??;
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
    /// What the events of a round gave.
    actions: Mutex<Vec<(RecordId, usize, Action)>>,
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
                self.prepare(round).await?;
            }
            if !self.line_up() {
                return Ok(());
            }
            let mut actions = Vec::new();
            for id in ids(round) {
                let events = (number..EVENTS).step_by(THREADS);
                let applied = events.map(async |of| {
                    let action = self.apply(id, (self.race.event)(of)).await?;
                    Ok::<_, String>((id, of, action))
                });
                actions.extend(try_join_all(applied).await?);
            }
            self.actions().extend(actions);
            if !self.line_up() {
                return Ok(());
            }
            if number == 0 {
                self.judge(round).await?;
            }
        }
        Ok(())
    }

    async fn prepare(&self, round: u64) -> Result<(), String> {
        if !self.race.lapsed {
            return Ok(());
        }
        let lease = Duration::from_millis(1);
        let claim = Event::Request(Request { lease, ..asked(ASKED, ONE) });
        for action in try_join_all(ids(round).map(|id| self.apply(id, claim.clone()))).await? {
            if action != Action::EXECUTE {
                return Err(differs(&action, &Action::EXECUTE));
            }
        }
        self.clock.advance(lease);
        Ok(())
    }

    async fn judge(&self, round: u64) -> Result<(), String> {
        let found = try_join_all(ids(round).map(|id| self.apply(id, look()))).await?;
        let mut actions = std::mem::take(&mut *self.actions());
        actions.sort_by_key(|(id, of, _)| (*id, *of));
        let actions: Vec<_> = actions.into_iter().map(|(_, _, action)| action).collect();
        for (actions, found) in actions.chunks(EVENTS).zip(found) {
            if !(self.race.judge)(actions, &found) {
                return Err(format!("events at once gave {actions:?}, and a look afterwards {found:?}"));
            }
        }
        Ok(())
    }

    fn actions(&self) -> MutexGuard<'_, Vec<(RecordId, usize, Action)>> {
        self.actions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn apply(&self, id: RecordId, event: Event) -> Result<Action, String> {
        self.store.apply(id, event).await.map_err(|error| describe(&error))
    }

    /// Waits until all threads are here, and lets them go as nearly at once as can be; `false` if one never comes.
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

/// The records of a round, in the order of their ids.
fn ids(round: u64) -> impl Iterator<Item = RecordId> {
    (0..RECORDS).map(move |record| {
        let mut id = [0xAB; 32];
        id[..8].copy_from_slice(&(round * RECORDS + record).to_be_bytes());
        RecordId(id)
    })
}
