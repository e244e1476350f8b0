use crate::audit::{self, APPEND};
use crate::database::Database;
use crate::error::{CommitError, is_busy};
use crate::reader::load;
use crate::statements::{
    DELETE, INSERT, Prepared, SELECT, SWEEP, UPDATE, column, expires_at, id, milliseconds, revision,
};
use crate::stats::Counters;
use crate::sweeper::{self, Sweeper, Swept};
use crate::threads::{Batch, Pending, Work};
use crate::writer_queue::{Pauses, WriterQueue};
use crate::{SqliteOptions, now, schema, wal};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;
use std::{slice, thread};
use steadfast_engine::{AuditDraft, Entry, Found, RecordId, Revision, StoreError};

/// The connection through which the store writes, on a thread of its own.
///
/// A commit that waits for the disk takes as long for one write as for hundreds. So all writes that wait when the thread
/// becomes free go into the next commit, and their callers receive the results when that has succeeded.
pub(crate) struct Writer {
    connection: Connection,
    options: SqliteOptions,
    queue: WriterQueue,
    counters: Arc<Counters>,
    sweeper: Sweeper,
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

type Job = Pending<Write, Written>;

/// The result of a write.
#[derive(Debug)]
pub(crate) enum Written {
    Done(Option<Revision>),
    /// What is there instead, if nothing was expected.
    Conflict(Option<Found>),
}

impl Writer {
    pub(crate) fn open(
        database: &Database,
        queue: WriterQueue,
        counters: Arc<Counters>,
    ) -> Result<Self, StoreError> {
        let mut connection = database.connect()?;
        schema::prepare(&mut connection, database)?;
        let options = database.options.clone();
        let sweeper = Sweeper::new(options.pace);
        Ok(Self { connection, options, queue, counters, sweeper })
    }

    /// Works until it receives [`Work::Stop`], or the other end of the channel is gone.
    pub(crate) fn run(mut self, work: &Receiver<Work<Write, Written>>) {
        loop {
            let mut batch = Batch::new();
            match work.recv_timeout(self.sweeper.until_due()) {
                Ok(first) => batch.add(first),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            self.write(&mut batch, work);
            if batch.stop {
                self.checkpoint();
                return;
            }
        }
    }

    /// Commits the writes of a batch, and all that wait when it is this thread's time to write; then sweeps, if that is
    /// due.
    fn write(&mut self, batch: &mut Batch<Write, Written>, waiting: &Receiver<Work<Write, Written>>) {
        if batch.stop && batch.jobs.is_empty() {
            return;
        }
        let permit = self.queue.enter_blocking();
        batch.fill(waiting);
        let jobs = std::mem::take(&mut batch.jobs);
        let results = match &permit {
            Ok(_) => self.commit_all(&jobs),
            Err(late) => jobs.iter().map(|_| Err(StoreError::unavailable(*late))).collect(),
        };
        for (job, result) in jobs.into_iter().zip(results) {
            job.reply(result);
        }
        if self.sweeper.until_due().is_zero() {
            match permit {
                Ok(_permit) => self.sweep(),
                Err(_) => self.note(Swept::Busy),
            };
        }
    }

    /// Commits the writes together; or one by one, if one of them may keep the others from being committed.
    fn commit_all(&self, jobs: &[Job]) -> Vec<Result<Written, StoreError>> {
        match self.commit(jobs) {
            Ok(results) => results,
            Err(error) if error.is_of_one_write() && jobs.len() > 1 => {
                jobs.iter().flat_map(|job| self.commit_all(slice::from_ref(job))).collect()
            }
            Err(error) => jobs.iter().map(|_| Err(error.clone().into())).collect(),
        }
    }

    /// Makes the writes in one transaction. A record that cannot be read fails only its own write; any other failure
    /// fails them all.
    fn commit(&self, jobs: &[Job]) -> Result<Vec<Result<Written, StoreError>>, CommitError> {
        if jobs.is_empty() {
            return Ok(Vec::new());
        }
        let transaction = self.begin(self.queue.patience)?;
        let mut statements = Statements::new(&transaction, now(&*self.options.clock));
        let results = jobs.iter().map(|job| statements.write(&job.job)).collect::<rusqlite::Result<_>>()?;
        drop(statements);
        transaction.commit()?;
        self.counters.add_commit(jobs.len());
        Ok(results)
    }

    /// Begins a transaction as soon as no other process writes.
    fn begin(&self, patience: Duration) -> rusqlite::Result<Transaction<'_>> {
        let mut pauses = Pauses::for_at_most(patience);
        self.connection.busy_timeout(Duration::ZERO)?;
        let transaction = loop {
            match Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate) {
                Err(error) if is_busy(&error) => match pauses.next() {
                    Some(pause) => thread::sleep(pause),
                    None => return Err(error),
                },
                begun => break begun?,
            }
        };
        self.connection.busy_timeout(self.options.busy_timeout)?;
        Ok(transaction)
    }

    /// Removes some expired rows, unless another process is writing; and empties the log, if that is due and the log is
    /// long.
    pub(crate) fn sweep(&mut self) -> Swept {
        let swept = match self.remove_expired() {
            Ok(rows) => Swept::Rows(rows),
            Err(error) if is_busy(&error) => Swept::Busy,
            Err(_) => Swept::Failed,
        };
        self.note(swept)
    }

    fn note(&mut self, swept: Swept) -> Swept {
        if self.sweeper.note(swept) {
            let _ = wal::cut(&self.connection);
        }
        swept
    }

    /// Returns the number of rows that were removed of the table that had the most of them.
    fn remove_expired(&self) -> rusqlite::Result<usize> {
        let now = now(&*self.options.clock);
        let transaction = self.begin(Duration::ZERO)?;
        let limit = column(sweeper::BATCH as u64);
        let records = transaction.prepare_cached(SWEEP)?.execute(params![column(now), limit])?;
        let entries = match self.options.keep_audit_for {
            Some(keep) => {
                audit::remove(&transaction, now.saturating_sub(milliseconds(keep)), sweeper::BATCH)?
            }
            None => 0,
        };
        transaction.commit()?;
        self.counters.add_removed(records);
        Ok(records.max(entries))
    }

    /// Brings the file up to date, also for other processes that have it open. SQLite removes the log with the last
    /// connection.
    fn checkpoint(&self) {
        // What fails now is done by whoever opens the file next.
        let _ = self.connection.busy_timeout(Duration::ZERO);
        let _ = wal::truncate(&self.connection);
    }
}

/// The statements of a batch.
struct Statements<'a> {
    insert: Prepared<'a>,
    update: Prepared<'a>,
    delete: Prepared<'a>,
    select: Prepared<'a>,
    append: Prepared<'a>,
    now: u64,
}

impl<'a> Statements<'a> {
    fn new(connection: &'a Connection, now: u64) -> Self {
        let prepared = |sql| Prepared::new(connection, sql);
        Self {
            insert: prepared(INSERT),
            update: prepared(UPDATE),
            delete: prepared(DELETE),
            select: prepared(SELECT),
            append: prepared(APPEND),
            now,
        }
    }

    fn write(&mut self, write: &Write) -> rusqlite::Result<Result<Written, StoreError>> {
        let written = match &write.change {
            Some(change) => self.change(&write.id, change)?,
            None => Ok(Written::Done(None)),
        };
        if let Ok(Written::Done(_)) = written {
            for draft in &write.audit {
                audit::append(&mut self.append, &write.id, draft, self.now)?;
            }
        }
        Ok(written)
    }

    fn change(
        &mut self,
        record: &RecordId,
        Change { expected, new }: &Change,
    ) -> rusqlite::Result<Result<Written, StoreError>> {
        let (id, now) = (id(record), column(self.now));
        let written: Option<i64> = match (expected, new) {
            (None, None) => None,
            (None, Some(entry)) => {
                let row = params![id, entry.kind.number(), now, expires_at(entry, self.now), &*entry.record];
                self.insert.get()?.query_row(row, |row| row.get(0)).optional()?
            }
            (Some(expected), Some(entry)) => {
                let expires_at = expires_at(entry, self.now);
                let row = params![id, entry.kind.number(), now, expires_at, &*entry.record, expected];
                self.update.get()?.query_row(row, |row| row.get(0)).optional()?
            }
            (Some(expected), None) => {
                let row = params![id, expected, now];
                self.delete.get()?.query_row(row, |row| row.get(0)).optional()?
            }
        };
        if let Some(written) = written {
            return Ok(Ok(Written::Done(new.as_ref().map(|_| revision(written)))));
        }
        if expected.is_some() {
            return Ok(Ok(Written::Conflict(None)));
        }
        Ok(load(self.select.get()?, record, self.now).map(|found| match found {
            None if new.is_none() => Written::Done(None),
            found => Written::Conflict(found),
        }))
    }
}
