use crate::database::Database;
use crate::files::Files;
use crate::reader::load;
use crate::reserve::Reserve;
use crate::statements::{
    DELETE, INSERT, NEW_REVISION, SELECT, SWEEP, UPDATE, column, expires_at, id, milliseconds, revision_of,
};
use crate::sweeper::{self, Sweeper, Swept};
use crate::threads::{self, Jobs, fill};
use crate::wal::{self, Checkpoints};
use crate::writer_queue::{Pauses, WriterQueue, late};
use crate::{SqliteCounts, SqliteOptions, audit, error, now, schema};
use rusqlite::{Connection, ToSql, Transaction, TransactionBehavior, params};
use std::cell::LazyCell;
use std::sync::mpsc::RecvTimeoutError;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use std::{slice, thread};
use steadfast_engine::{AuditDraft, Entry, Found, Kind, RecordId, Revision, StoreError};
use tokio::runtime::{self, Runtime};

/// The connection through which the store writes, on a thread of its own.
///
/// A commit that waits for the disk takes as long for one write as for hundreds. So all writes that wait when the thread
/// becomes free go into the next commit, and their callers receive the results when that has succeeded.
pub(crate) struct Writer {
    connection: Connection,
    options: SqliteOptions,
    queue: WriterQueue,
    /// To wait in the queue.
    runtime: Runtime,
    counts: Arc<Mutex<SqliteCounts>>,
    sweeper: Sweeper,
    checkpoints: Checkpoints,
    pub(crate) opened: Opened,
    /// When to look after the reserve again.
    look_at: Instant,
}

/// A database that is open, by the path of its file.
#[derive(Debug, Clone)]
pub(crate) struct Opened {
    pub(crate) database: Database,
    pub(crate) files: Files,
    pub(crate) reserve: Reserve,
}

/// A write: both a change of a record and entries of the audit log, or neither.
#[derive(Debug)]
pub(crate) struct Write {
    pub(crate) id: RecordId,
    /// Without a change the entries are all there is to write.
    pub(crate) change: Option<Change>,
    pub(crate) audit: Vec<AuditDraft>,
}

/// A change of a record.
#[derive(Debug)]
pub(crate) struct Change {
    /// The revision that is replaced, as its column holds it; `None` if nothing is to be there.
    pub(crate) expected: Option<i64>,
    pub(crate) new: Option<Entry>,
}

/// The result of a write.
#[derive(Debug)]
pub(crate) enum Written {
    Done(Option<Revision>),
    /// What is there instead, if nothing was expected.
    Conflict(Option<Found>),
}

type Job = threads::Job<Write, Written>;

impl Write {
    /// Returns `true` if something begins with this write, or if nothing depends on it: then it leaves the last room on the
    /// disk to the outcomes of what has begun.
    fn can_wait(&self) -> bool {
        match &self.change {
            Some(Change { expected: None, new: Some(entry) }) => entry.kind == Kind::Running,
            Some(_) => false,
            None => true,
        }
    }
}

impl Writer {
    pub(crate) fn open(
        database: &Database,
        queue: WriterQueue,
        counts: Arc<Mutex<SqliteCounts>>,
    ) -> Result<Self, StoreError> {
        let mut connection = database.connect()?;
        schema::prepare(&mut connection, database)?;
        let database = database.clone().resolved();
        let files = Files::of(&database)?;
        let reserve = Reserve::open(&database)?;
        let checkpoints = Checkpoints::on(&connection).map_err(|error| database.unusable(error))?;
        let options = database.options.clone();
        let runtime = runtime::Builder::new_current_thread().enable_time().build();
        let runtime = runtime.map_err(StoreError::unavailable)?;
        let sweeper = Sweeper::new(options.pace);
        let opened = Opened { database, files, reserve };
        let look_at = Instant::now() + options.pace.reserve;
        Ok(Self { connection, options, queue, runtime, counts, sweeper, checkpoints, opened, look_at })
    }

    /// Works until nothing follows.
    pub(crate) fn run(mut self, waiting: &Jobs<Job>) {
        let mut goes_on = true;
        while goes_on {
            let mut jobs = Vec::new();
            let until_look = self.look_at.saturating_duration_since(Instant::now());
            match waiting.recv_timeout(self.sweeper.until_due().min(until_look)) {
                Ok(Some(first)) => jobs.push(first),
                Ok(None) | Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {}
            }
            if self.look_at <= Instant::now() {
                self.opened.reserve.take();
                self.look_at = Instant::now() + self.options.pace.reserve;
            }
            if jobs.is_empty() && !self.sweeper.until_due().is_zero() {
                continue;
            }
            let permit = self.queue.enter_blocking(&self.runtime);
            goes_on = fill(&mut jobs, waiting);
            let results = match permit {
                Some(_) => self.commit_all(&jobs),
                None => jobs.iter().map(|_| Err(late())).collect(),
            };
            for (job, result) in jobs.into_iter().zip(results) {
                job.end(result);
            }
            if self.sweeper.until_due().is_zero() {
                let swept = if permit.is_some() { self.sweep() } else { Swept::Busy };
                self.sweeper.note(swept);
                self.checkpoints.make(&self.connection);
            } else {
                self.checkpoints.make_after_commit(&self.connection);
            }
        }
        // Brings the file up to date, also for other processes that have it open. What fails now is done by whoever
        // opens the file next.
        wal::empty(&self.connection, Duration::ZERO);
        let Self { connection, opened, .. } = self;
        drop(connection);
        opened.reserve.remove(&opened.database);
    }

    /// Commits the writes together; or one by one, if one of them may keep the others from being committed. Nobody
    /// receives the result of a commit into a file that others do not have.
    fn commit_all(&self, jobs: &[Job]) -> Vec<Result<Written, StoreError>> {
        let files = &self.opened.files;
        let committed = files.check().map(|()| self.commit_somehow(jobs));
        match committed.and_then(|results| files.check().map(|()| results)) {
            Ok(results) => results,
            Err(moved) => jobs.iter().map(|_| Err(moved.clone().into())).collect(),
        }
    }

    fn commit_somehow(&self, jobs: &[Job]) -> Vec<Result<Written, StoreError>> {
        match self.commit_in_room(jobs) {
            Ok(results) => results,
            Err(error) if error::is_of_one_write(&error) && jobs.len() > 1 => {
                jobs.iter().flat_map(|job| self.commit_somehow(slice::from_ref(job))).collect()
            }
            Err(error) => jobs.iter().map(|_| Err(error::of_write(&error))).collect(),
        }
    }

    /// Commits the writes; on a full disk in the room that there is in the log, and in that of the reserve for those that
    /// cannot wait.
    fn commit_in_room(&self, jobs: &[Job]) -> rusqlite::Result<Vec<Result<Written, StoreError>>> {
        let restart_log = || wal::restart(&self.connection);
        let give_up_reserve = || self.opened.reserve.give_up();
        let ways: [&dyn Fn(); 3] = [&restart_log, &give_up_reserve, &restart_log];
        let ways = if jobs.iter().all(|job| job.task.can_wait()) { &ways[..1] } else { &ways };
        let mut committed = self.commit(jobs);
        for make_room in ways {
            match &committed {
                Err(error) if error::is_full(error) => make_room(),
                _ => break,
            }
            committed = self.commit(jobs);
        }
        committed
    }

    /// Makes the writes in one transaction. A record that cannot be read fails only its own write, and so does a write
    /// that can wait while there is no reserve; any other failure fails them all.
    fn commit(&self, jobs: &[Job]) -> rusqlite::Result<Vec<Result<Written, StoreError>>> {
        if jobs.is_empty() {
            return Ok(Vec::new());
        }
        let transaction = self.begin(self.queue.patience)?;
        let now = now(&*self.options.clock);
        let has_room = LazyCell::new(|| self.opened.reserve.is_held());
        let write = |job: &Job| {
            if job.task.can_wait() && !*has_room {
                return Ok(Err(StoreError::Full));
            }
            write(&transaction, &job.task, now)
        };
        let results = jobs.iter().map(write).collect::<Result<_, _>>()?;
        transaction.commit()?;
        self.count(|counts| {
            counts.writes += jobs.len() as u64;
            counts.commits += 1;
        });
        Ok(results)
    }

    /// Begins a transaction as soon as no other process writes.
    fn begin(&self, patience: Duration) -> rusqlite::Result<Transaction<'_>> {
        let mut pauses = Pauses::for_at_most(patience);
        self.connection.busy_timeout(Duration::ZERO)?;
        let transaction = loop {
            match Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate) {
                Err(error) if error::is_busy(&error) => thread::sleep(pauses.next().ok_or(error)?),
                begun => break begun?,
            }
        };
        self.connection.busy_timeout(self.options.busy_timeout)?;
        Ok(transaction)
    }

    /// Removes some expired rows, unless another process is writing.
    pub(crate) fn sweep(&self) -> Swept {
        match self.remove_expired() {
            Ok(rows) => Swept::Rows(rows),
            Err(error) if error::is_busy(&error) => Swept::Busy,
            Err(_) => Swept::Failed,
        }
    }

    /// Returns the number of rows that were removed of the table that had the most of them.
    fn remove_expired(&self) -> rusqlite::Result<usize> {
        let now = now(&*self.options.clock);
        let transaction = self.begin(Duration::ZERO)?;
        let limit = column(sweeper::BATCH as u64);
        let records = transaction.prepare_cached(SWEEP)?.execute(params![column(now), limit])?;
        let entries = self.options.keep_audit_for.map_or(Ok(0), |keep| {
            audit::remove(&transaction, now.saturating_sub(milliseconds(keep)), sweeper::BATCH)
        })?;
        transaction.commit()?;
        self.count(|counts| counts.removed += records as u64);
        Ok(records.max(entries))
    }

    fn count(&self, add: impl FnOnce(&mut SqliteCounts)) {
        add(&mut self.counts.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

fn write(
    transaction: &Connection,
    Write { id, change, audit }: &Write,
    now: u64,
) -> rusqlite::Result<Result<Written, StoreError>> {
    let written = match change {
        Some(change) => make(transaction, id, change, now)?,
        None => Ok(Written::Done(None)),
    };
    if let Ok(Written::Done(_)) = written {
        audit.iter().try_for_each(|draft| audit::append(transaction, id, draft, now))?;
    }
    Ok(written)
}

fn make(
    transaction: &Connection,
    record: &RecordId,
    Change { expected, new }: &Change,
    now: u64,
) -> rusqlite::Result<Result<Written, StoreError>> {
    let changes = |statement: &str, parameters: &[&dyn ToSql]| {
        transaction.prepare_cached(statement)?.execute(parameters).map(|rows| rows > 0)
    };
    let new_revision = || -> rusqlite::Result<i64> {
        transaction.prepare_cached(NEW_REVISION)?.query_row([], |row| row.get(0))
    };
    let (id, at) = (id(record), column(now));
    let (written, revision) = match (expected, new) {
        (None, None) => (false, None),
        (Some(expected), None) => (changes(DELETE, params![id, expected, at])?, None),
        (_, Some(entry)) => {
            let (kind, expires_at, revision) = (entry.kind.number(), expires_at(entry, now), new_revision()?);
            let written = match expected {
                None => changes(INSERT, params![id, kind, at, expires_at, &*entry.record, revision])?,
                Some(expected) => {
                    changes(UPDATE, params![id, kind, at, expires_at, &*entry.record, revision, expected])?
                }
            };
            (written, Some(revision_of(revision)))
        }
    };
    if written {
        return Ok(Ok(Written::Done(revision)));
    }
    if expected.is_some() {
        return Ok(Ok(Written::Conflict(None)));
    }
    let found = load(&mut transaction.prepare_cached(SELECT)?, record, now);
    Ok(found.map(|found| match found {
        None if new.is_none() => Written::Done(None),
        found => Written::Conflict(found),
    }))
}
