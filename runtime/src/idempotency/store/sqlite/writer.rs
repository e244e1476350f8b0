use super::super::StoreError;
use super::queue::Job;
use super::reader::load;
use super::row::{PUT, REMOVE, Row, column, id_column};
use super::turn::Turn;
use super::{Location, connect, now, schema};
use crate::clock::Clock;
use crate::idempotency::engine::{Action, Change, Transition, step};
use crate::idempotency::record::RecordId;
use crate::idempotency::state::State;
use rusqlite::{Connection, TransactionBehavior, params};
use std::error::Error;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

/// How many events one commit may hold: bounds how long the first of them waits for the last.
const BATCH: usize = 512;

/// How many expired rows one commit removes, so that nobody waits long behind it.
const SWEEP: u32 = 500;

/// How often expired rows are removed while there is other work; without any, the rest follows at once.
const SWEEP_INTERVAL: Duration = Duration::from_secs(10);

/// The one connection through which the store writes, on a thread of its own.
///
/// A commit that is synced to the disk costs the same for one event as for hundreds. So every event that waits when
/// the thread becomes free goes into the next commit, and is answered when that has succeeded.
pub(super) struct Writer {
    connection: Connection,
    clock: Arc<dyn Clock>,
    turn: Turn,
    swept: Instant,
}

impl Writer {
    pub(super) fn open(location: &Location, clock: Arc<dyn Clock>, turn: Turn) -> Result<Self, StoreError> {
        let mut connection = connect(location).map_err(StoreError::unavailable)?;
        schema::prepare(&mut connection)?;
        Ok(Self { connection, clock, turn, swept: started() })
    }

    /// Works until the other end of the channel is gone.
    pub(super) fn run(&mut self, jobs: &Receiver<Job>) {
        loop {
            match jobs.recv_timeout(SWEEP_INTERVAL.saturating_sub(self.swept.elapsed())) {
                Ok(first) => self.answer(first, jobs),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            // A full sweep means there is more: the next one follows as soon as nobody waits.
            if self.swept.elapsed() >= SWEEP_INTERVAL && self.sweep() < SWEEP {
                self.swept = started();
            }
        }
    }

    /// Applies the event, and all that wait behind it when its turn has come.
    fn answer(&mut self, first: Job, others: &Receiver<Job>) {
        let turn = self.turn.take_blocking();
        let mut batch = vec![first];
        batch.extend(others.try_iter().take(BATCH - 1));
        let actions = turn.and_then(|turn| {
            let actions = self.commit(&batch).map_err(StoreError::unavailable);
            drop(turn);
            actions
        });
        match actions {
            Ok(actions) => {
                for (job, action) in batch.into_iter().zip(actions) {
                    job.answer(action);
                }
            }
            Err(error) => {
                let error = error.source().map_or_else(|| error.to_string(), ToString::to_string);
                let error: Arc<str> = error.into();
                for job in batch {
                    job.answer(Err(StoreError::unavailable(&*error)));
                }
            }
        }
    }

    /// Applies the events in one transaction. A record that cannot be read fails only its own event; anything else
    /// that fails, fails them all.
    fn commit(&mut self, jobs: &[Job]) -> rusqlite::Result<Vec<Result<Action, StoreError>>> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let now = now(&*self.clock);
        let mut actions = Vec::with_capacity(jobs.len());
        for job in jobs {
            let state = match load(&transaction, &job.id) {
                Ok(state) => state,
                Err(error) => {
                    actions.push(Err(error));
                    continue;
                }
            };
            let Transition { change, action } = step(&state, job.event.clone(), now);
            match change {
                Change::Keep => {}
                Change::Put(state) => put(&transaction, &job.id, &state)?,
                Change::Remove => {
                    transaction.prepare_cached(REMOVE)?.execute([id_column(&job.id)])?;
                }
            }
            actions.push(Ok(action));
        }
        transaction.commit()?;
        Ok(actions)
    }

    /// Removes some rows whose time is up, and returns how many.
    pub(super) fn sweep(&mut self) -> u32 {
        const DELETE: &str = "DELETE FROM steadfast_idempotency WHERE id IN \
             (SELECT id FROM steadfast_idempotency WHERE expires_at <= ?1 LIMIT ?2)";
        let due = column(now(&*self.clock));
        let delete =
            |connection: &Connection| connection.prepare_cached(DELETE)?.execute(params![due, SWEEP]);
        // Rows that stay behind count as absent; the next sweep gets them.
        let Ok(_turn) = self.turn.take_blocking() else { return 0 };
        delete(&self.connection).map_or(0, |rows| u32::try_from(rows).unwrap_or(SWEEP))
    }
}

fn put(connection: &Connection, id: &RecordId, state: &State) -> rusqlite::Result<()> {
    let Some(row) = Row::encode(state) else { return Ok(()) };
    connection.prepare_cached(PUT)?.execute(params![
        id_column(id),
        row.codec,
        row.state,
        row.algorithm,
        row.fingerprint,
        row.token,
        row.claimed_at,
        row.lease_until,
        row.expires_at,
        row.status,
        row.version,
        row.location,
        row.headers,
        row.body,
    ])?;
    Ok(())
}

/// How often to sweep is a matter of real time, not of the time that records are judged by.
fn started() -> Instant {
    Instant::now()
}
