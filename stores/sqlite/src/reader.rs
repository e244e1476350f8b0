use crate::files::Files;
use crate::statements::{Row, SELECT, column, found, id};
use crate::threads::{Job, Jobs, fill};
use crate::writer::{Opened, Write, Written};
use crate::{error, now};
use rusqlite::{CachedStatement, Connection, OptionalExtension, params};
use std::cell::LazyCell;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use steadfast_core::Clock;
use steadfast_engine::{Found, RecordId, StoreError};

/// The connection through which the store reads records, on a thread of its own: a replay waits for no commit.
pub(crate) struct Reader {
    connection: Connection,
    files: Files,
    clock: Arc<dyn Clock>,
    writes: Sender<Option<Job<Write, Written>>>,
}

/// A job for the thread that reads.
pub(crate) enum Read {
    Load(Job<RecordId, Option<Found>>),
    /// A write that only a missing record makes necessary. This thread passes it on to the one that writes, because that
    /// is faster than to wake the caller in between.
    Insert(Job<Write, Written>),
}

impl Read {
    fn id(&self) -> &RecordId {
        match self {
            Self::Load(job) => &job.task,
            Self::Insert(job) => &job.task.id,
        }
    }
}

impl Reader {
    pub(crate) fn open(
        Opened { database, files, .. }: &Opened,
        writes: Sender<Option<Job<Write, Written>>>,
    ) -> Result<Self, StoreError> {
        let connection = database.connect()?;
        connection.pragma_update(None, "query_only", true).map_err(|error| database.unusable(error))?;
        files.check()?;
        Ok(Self { connection, files: files.clone(), clock: Arc::clone(&database.options.clock), writes })
    }

    /// Works until nothing follows. Then nothing follows for the thread that writes either.
    pub(crate) fn run(self, waiting: &Jobs<Read>) {
        let mut goes_on = true;
        while goes_on && let Ok(Some(first)) = waiting.recv() {
            let mut jobs = vec![first];
            goes_on = fill(&mut jobs, waiting);
            self.read(jobs);
        }
        let Self { connection, writes, .. } = self;
        // First, because the last connection to the database removes the log.
        drop(connection);
        let _ = writes.send(None);
    }

    fn read(&self, jobs: Vec<Read>) {
        // SQLite drops its cache whenever somebody has written since the last read, but not within a snapshot. If there
        // is none to be had, the reads are as right without.
        let snapshot = if jobs.len() > 1 { self.connection.unchecked_transaction().ok() } else { None };
        let now = now(&*self.clock);
        // Once for all, because to look a statement up takes as long as to run it.
        let mut select = self.connection.prepare_cached(SELECT);
        let load = |job: &Read| match &mut select {
            Ok(select) => load(select, job.id(), now),
            Err(error) => Err(error::of_write(error)),
        };
        let results: Vec<_> = jobs.iter().map(load).collect();
        drop(select);
        drop(snapshot);
        // Afterwards, so that nobody receives what another file has instead by now.
        let checked = LazyCell::new(|| self.files.check());
        let is_there = || (*checked).clone().map_err(StoreError::from);
        for (job, result) in jobs.into_iter().zip(results) {
            match (job, result) {
                // The thread that writes looks at the files itself. If it has ended, the caller notices.
                (Read::Insert(job), Ok(None)) => drop(self.writes.send(Some(job))),
                (Read::Insert(job), found) => job.end(is_there().and(found.map(Written::Conflict))),
                (Read::Load(job), found) => job.end(is_there().and(found)),
            }
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
