use crate::database::Database;
use crate::now;
use crate::statements::{Row, SELECT, column, found, id};
use crate::threads::{Batch, Pending, Work};
use rusqlite::{CachedStatement, Connection, OptionalExtension, params};
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use steadfast_core::Clock;
use steadfast_engine::{Found, RecordId, StoreError};

/// The connection through which the store reads records, on a thread of its own: a replay waits for no commit.
pub(crate) struct Reader {
    connection: Connection,
    clock: Arc<dyn Clock>,
}

impl Reader {
    pub(crate) fn open(database: &Database) -> Result<Self, StoreError> {
        let connection = database.connect()?;
        connection.pragma_update(None, "query_only", true).map_err(|error| database.unusable(error))?;
        Ok(Self { connection, clock: Arc::clone(&database.options.clock) })
    }

    /// Works until it receives [`Work::Stop`], or the other end of the channel is gone.
    pub(crate) fn run(self, work: &Receiver<Work<RecordId, Option<Found>>>) {
        while let Ok(first) = work.recv() {
            let mut batch = Batch::new();
            batch.add(first);
            batch.fill(work);
            self.answer(batch.jobs);
            if batch.stop {
                return;
            }
        }
    }

    fn answer(&self, jobs: Vec<Pending<RecordId, Option<Found>>>) {
        // SQLite drops its cache whenever somebody has written since the last read, but not within a snapshot. If there
        // is none to be had, the reads are as right without.
        let snapshot = if jobs.len() > 1 { self.connection.unchecked_transaction().ok() } else { None };
        let now = now(&*self.clock);
        let mut select = self.connection.prepare_cached(SELECT);
        let results: Vec<_> = jobs
            .iter()
            .map(|read| match &mut select {
                Ok(select) => load(select, &read.job, now),
                Err(error) => Err(StoreError::unavailable(error.to_string())),
            })
            .collect();
        drop(select);
        drop(snapshot);
        for (job, result) in jobs.into_iter().zip(results) {
            job.reply(result);
        }
    }
}

/// Returns the live record under an id, with a prepared [`SELECT`].
pub(crate) fn load(
    select: &mut CachedStatement<'_>,
    record: &RecordId,
    now: u64,
) -> Result<Option<Found>, StoreError> {
    let row = select.query_row(params![id(record), column(now)], |row| Row::try_from(row)).optional();
    row.map_err(StoreError::unavailable)?.map(|row| found(row, now)).transpose()
}
