use super::super::StoreError;
use super::queue::Job;
use super::row::{PUT, REMOVE, Row, SELECT, column, id_column};
use super::{BUSY_TIMEOUT, Location, now, schema};
use crate::clock::Clock;
use crate::idempotency::engine::{Action, Change, Event, Transition, step};
use crate::idempotency::record::RecordId;
use crate::idempotency::state::State;
use rusqlite::{Connection, OpenFlags, OptionalExtension, TransactionBehavior, params};
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
    swept: Instant,
}

impl Writer {
    pub(super) fn open(location: &Location, clock: Arc<dyn Clock>) -> Result<Self, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX
            | OpenFlags::SQLITE_OPEN_URI;
        let connection = match location {
            Location::File(path) => Connection::open_with_flags(path, flags - OpenFlags::SQLITE_OPEN_URI),
            Location::Memory(name) => Connection::open_with_flags(format!("file:{name}?vfs=memdb"), flags),
        };
        let configure = |connection: &Connection| {
            connection.busy_timeout(BUSY_TIMEOUT)?;
            if let Location::File(_) = location {
                connection.pragma_update(None, "journal_mode", "WAL")?;
            }
            connection.pragma_update(None, "synchronous", "FULL")
        };
        let mut connection = connection.map_err(StoreError::unavailable)?;
        configure(&connection).map_err(StoreError::unavailable)?;
        schema::prepare(&mut connection)?;
        Ok(Self { connection, clock, swept: started() })
    }

    /// Works until the other end of the channel is gone.
    pub(super) fn run(&mut self, jobs: &Receiver<Job>) {
        loop {
            match jobs.recv_timeout(SWEEP_INTERVAL.saturating_sub(self.swept.elapsed())) {
                Ok(first) => {
                    let mut batch = vec![first];
                    batch.extend(jobs.try_iter().take(BATCH - 1));
                    self.answer(batch);
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            // A full sweep means there is more: the next one follows as soon as nobody waits.
            if self.swept.elapsed() >= SWEEP_INTERVAL && self.sweep() < SWEEP {
                self.swept = started();
            }
        }
    }

    fn answer(&mut self, batch: Vec<Job>) {
        let writes = self.answer_reads(batch);
        if writes.is_empty() {
            return;
        }
        match self.commit(&writes) {
            Ok(actions) => {
                for (job, action) in writes.into_iter().zip(actions) {
                    // The request that asked may be gone.
                    let _ = job.answer.send(action);
                }
            }
            Err(error) => {
                let error: Arc<str> = error.to_string().into();
                for job in writes {
                    let _ = job.answer.send(Err(StoreError::unavailable(&*error)));
                }
            }
        }
    }

    /// Answers what changes nothing, without a transaction, and returns the rest.
    fn answer_reads(&self, batch: Vec<Job>) -> Vec<Job> {
        let now = now(&*self.clock);
        let mut writes = Vec::with_capacity(batch.len());
        for job in batch {
            // The other events nearly always change something.
            if !matches!(job.event, Event::Request { .. } | Event::Look { .. }) {
                writes.push(job);
                continue;
            }
            match load(&self.connection, &job.id).map(|state| step(&state, job.event.clone(), now)) {
                Ok(Transition { change: Change::Keep, action }) => {
                    let _ = job.answer.send(Ok(action));
                }
                Ok(_) => writes.push(job),
                Err(error) => {
                    let _ = job.answer.send(Err(error));
                }
            }
        }
        writes
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
        delete(&self.connection).map_or(0, |rows| u32::try_from(rows).unwrap_or(SWEEP))
    }
}

fn load(connection: &Connection, id: &RecordId) -> Result<State, StoreError> {
    let row = || {
        connection.prepare_cached(SELECT)?.query_row([id_column(id)], |row| {
            Ok(Row {
                codec: row.get(0)?,
                state: row.get(1)?,
                algorithm: row.get(2)?,
                fingerprint: row.get(3)?,
                token: row.get(4)?,
                claimed_at: row.get(5)?,
                lease_until: row.get(6)?,
                expires_at: row.get(7)?,
                status: row.get(8)?,
                version: row.get(9)?,
                location: row.get(10)?,
                headers: row.get(11)?,
                body: row.get(12)?,
            })
        })
    };
    match row().optional().map_err(StoreError::unavailable)? {
        Some(row) => row.decode(),
        None => Ok(State::Absent),
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
