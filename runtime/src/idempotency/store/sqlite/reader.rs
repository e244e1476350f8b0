use super::super::StoreError;
use super::queue::Job;
use super::row::{Row, SELECT, id_column};
use super::{Location, connect, now};
use crate::clock::Clock;
use crate::idempotency::engine::{Change, Event, Transition, step};
use crate::idempotency::record::RecordId;
use crate::idempotency::state::State;
use rusqlite::{Connection, OptionalExtension};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender};

/// Answers what changes nothing, on a thread and a connection of its own: a replay waits for no commit.
pub(super) struct Reader {
    connection: Connection,
    clock: Arc<dyn Clock>,
    writes: Sender<Job>,
}

impl Reader {
    pub(super) fn open(
        location: &Location,
        clock: Arc<dyn Clock>,
        writes: Sender<Job>,
    ) -> Result<Self, StoreError> {
        let connection = connect(location).map_err(StoreError::unavailable)?;
        connection.pragma_update(None, "query_only", true).map_err(StoreError::unavailable)?;
        Ok(Self { connection, clock, writes })
    }

    /// Works until the other end of the channel is gone. What is not answered here goes on to the writer, in the order
    /// it came.
    pub(super) fn run(&self, jobs: &Receiver<Job>) {
        for job in jobs {
            if !matches!(job.event, Event::Request(_) | Event::Look { .. } | Event::Status) {
                self.pass_on(job);
                continue;
            }
            let now = now(&*self.clock);
            match load(&self.connection, &job.id).map(|state| step(&state, job.event.clone(), now)) {
                Ok(Transition { change: Change::Keep, action }) => job.answer(Ok(action)),
                Ok(_) => self.pass_on(job),
                Err(error) => job.answer(Err(error)),
            }
        }
    }

    fn pass_on(&self, job: Job) {
        // Without a writer the job is dropped, and whoever waits for it hears that.
        let _ = self.writes.send(job);
    }
}

pub(super) fn load(connection: &Connection, id: &RecordId) -> Result<State, StoreError> {
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
