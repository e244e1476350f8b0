use crate::files::Files;
use crate::statements::{Row, SELECT, column, found, id};
use crate::threads::{Job, Jobs, fill};
use crate::writer::Opened;
use crate::{error, now};
use rusqlite::{CachedStatement, Connection, OptionalExtension, params};
use std::sync::Arc;
use steadfast_core::Clock;
use steadfast_engine::{Found, RecordId, StoreError};

/// The connection through which the store reads records, on a thread of its own: a replay waits for no commit.
pub(crate) struct Reader {
    connection: Connection,
    files: Files,
    clock: Arc<dyn Clock>,
}

impl Reader {
    pub(crate) fn open(Opened { database, files, .. }: &Opened) -> Result<Self, StoreError> {
        let connection = database.connect()?;
        connection.pragma_update(None, "query_only", true).map_err(|error| database.unusable(error))?;
        files.check()?;
        Ok(Self { connection, files: files.clone(), clock: Arc::clone(&database.options.clock) })
    }

    /// Works until nothing follows.
    pub(crate) fn run(self, waiting: &Jobs<RecordId, Option<Found>>) {
        while let Ok(Some(first)) = waiting.recv() {
            let mut jobs = vec![first];
            let goes_on = fill(&mut jobs, waiting);
            self.read(jobs);
            if !goes_on {
                return;
            }
        }
    }

    fn read(&self, jobs: Vec<Job<RecordId, Option<Found>>>) {
        // SQLite drops its cache whenever somebody has written since the last read, but not within a snapshot. If there
        // is none to be had, the reads are as right without.
        let snapshot = if jobs.len() > 1 { self.connection.unchecked_transaction().ok() } else { None };
        let now = now(&*self.clock);
        // Once for all, because to look a statement up takes as long as to run it.
        let mut select = self.connection.prepare_cached(SELECT);
        let load = |job: &Job<RecordId, _>| match &mut select {
            Ok(select) => load(select, &job.task, now),
            Err(error) => Err(error::of_write(error)),
        };
        let results: Vec<_> = jobs.iter().map(load).collect();
        drop(select);
        drop(snapshot);
        // Afterwards, so that nobody receives what another file has instead by now.
        let is_there = self.files.check();
        for (job, result) in jobs.into_iter().zip(results) {
            job.end(is_there.clone().map_err(StoreError::from).and(result));
        }
    }
}

/// Returns the live record under an id, by a prepared [`SELECT`].
pub(crate) fn load(
    select: &mut CachedStatement<'_>,
    record: &RecordId,
    now: u64,
) -> Result<Option<Found>, StoreError> {
    let row = select.query_row(params![id(record), column(now)], |row| Row::try_from(row)).optional();
    row.map_err(StoreError::unavailable)?.map(|row| found(row, now)).transpose()
}
