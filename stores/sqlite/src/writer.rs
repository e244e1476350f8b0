use super::super::StoreError;
use super::audit::{self, Append};
use super::counts::Counters;
use super::database::{Database, Location, is_busy};
use super::failure::Failure;
use super::log::{self, Log};
use super::neighbours::Pauses;
use super::queue::{Batch, Job, Work};
use super::rows::{Select, Write};
use super::sweeper::{self, Pace, Sweeper, Swept};
use super::turn::Turn;
use super::{now, schema};
use crate::clock::Clock;
use crate::idempotency::engine::{Action, Change, Transition, step};
use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};
use std::{slice, thread};

/// The one connection through which the store writes, on a thread of its own.
///
/// A commit that is synced to the disk costs the same for one event as for hundreds. So every event that waits when
/// the thread becomes free goes into the next commit, and is answered when that has succeeded.
pub(super) struct Writer {
    connection: Connection,
    busy_timeout: Duration,
    clock: Arc<dyn Clock>,
    turn: Turn,
    counters: Arc<Counters>,
    sweeper: Sweeper,
    /// A database in memory has none.
    log: Option<Log>,
    keep_audit_for: Option<Duration>,
}

/// What comes of one event.
type Answer = Result<Action, StoreError>;

impl Writer {
    pub(super) fn open(
        database: &Database,
        clock: Arc<dyn Clock>,
        turn: Turn,
        counters: Arc<Counters>,
        pace: Pace,
        keep_audit_for: Option<Duration>,
    ) -> Result<Self, StoreError> {
        let mut connection = database.connect()?;
        schema::prepare(&mut connection, database)?;
        let (busy_timeout, sweeper) = (database.busy_timeout, Sweeper::new(pace));
        let log = match &database.location {
            Location::File(path) => Some(Log::of(path, pace.interval)),
            Location::Memory(_) => None,
        };
        Ok(Self { connection, busy_timeout, clock, turn, counters, sweeper, log, keep_audit_for })
    }

    /// Works until it is told to stop, or the other end of the channel is gone.
    pub(super) fn run(mut self, work: &Receiver<Work>) {
        loop {
            match work.recv_timeout(self.sweeper.rest()) {
                Ok(first) => {
                    let mut batch = Batch::of(first);
                    self.answer(&mut batch, work);
                    if batch.stop {
                        self.checkpoint();
                        return;
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            if self.sweeper.rest().is_zero() {
                self.sweep();
                self.cut_log();
            }
        }
    }

    /// Applies the events, and all that wait behind them when their turn has come.
    fn answer(&mut self, batch: &mut Batch, others: &Receiver<Work>) {
        if batch.jobs.is_empty() {
            return;
        }
        let turn = self.turn.take_blocking();
        batch.fill(others);
        let jobs = std::mem::take(&mut batch.jobs);
        let answers = match turn {
            Ok(_turn) => self.commit_all(&jobs),
            Err(late) => jobs.iter().map(|_| Err(StoreError::unavailable(late))).collect(),
        };
        for (job, answer) in jobs.into_iter().zip(answers) {
            job.answer(answer);
        }
    }

    /// Commits the events together; or one by one, if one of them might keep the others from it.
    fn commit_all(&mut self, jobs: &[Job]) -> Vec<Answer> {
        let beside = self.sweeper.beside(jobs.len());
        match self.commit(jobs, beside) {
            Ok(answers) => answers,
            Err(failure) if failure.is_of_one() && jobs.len() > 1 => {
                jobs.iter().flat_map(|job| self.commit_one(job)).collect()
            }
            Err(failure) => jobs.iter().map(|_| Err(failure.clone().into())).collect(),
        }
    }

    fn commit_one(&mut self, job: &Job) -> Vec<Answer> {
        self.commit(slice::from_ref(job), 0).unwrap_or_else(|failure| vec![Err(failure.into())])
    }

    /// Applies the events in one transaction, and removes `beside` rows whose time is up. A record that cannot be read
    /// fails only its own event; anything else that fails, fails them all.
    fn commit(&mut self, jobs: &[Job], beside: usize) -> Result<Vec<Answer>, Failure> {
        let transaction = self.begin()?;
        let now = now(&*self.clock);
        let answers = apply(&transaction, jobs, now)?;
        let removed = match beside {
            0 => 0,
            rows => sweeper::remove(&transaction, now, rows)?,
        };
        transaction.commit()?;
        self.counters.committed(jobs.len());
        self.counters.removed(removed);
        Ok(answers)
    }

    /// Begins as soon as nobody else writes. Those who take no turns may leave only moments between two commits, and
    /// SQLite would ask too seldom to find one.
    fn begin(&self) -> rusqlite::Result<Transaction<'_>> {
        let until = Instant::now().checked_add(self.busy_timeout);
        let mut pauses = Pauses::default();
        self.connection.busy_timeout(Duration::ZERO)?;
        let begun = loop {
            match Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate) {
                Err(error) if is_busy(&error) && until.is_none_or(|until| Instant::now() < until) => {
                    thread::sleep(pauses.longer());
                }
                begun => break begun,
            }
        };
        self.connection.busy_timeout(self.busy_timeout)?;
        begun
    }

    /// Removes some rows whose time is up, unless somebody is writing: it can wait, and they need not. Only
    /// if they never pause it stands in line.
    pub(super) fn sweep(&mut self) -> Swept {
        let turn =
            if self.sweeper.is_put_off() { self.turn.take_blocking().ok() } else { self.turn.try_take() };
        let swept = match &turn {
            Some(turn) if turn.is_sweeper() => self.try_sweep(),
            Some(_) => Swept::Elsewhere,
            None => Swept::Busy,
        };
        self.sweeper.note(swept);
        if let Some(turn) = turn
            && !self.sweeper.is_behind()
        {
            turn.end_sweep();
        }
        swept
    }

    fn try_sweep(&mut self) -> Swept {
        let removed = self.connection.busy_timeout(Duration::ZERO).and_then(|()| self.remove());
        match removed {
            Ok(rows) => Swept::Rows(rows),
            Err(error) if is_busy(&error) => Swept::Busy,
            Err(_) => Swept::Failed,
        }
    }

    /// Removes what the time is up of, and returns how many rows of the table that had the most of them.
    fn remove(&mut self) -> rusqlite::Result<usize> {
        let now = now(&*self.clock);
        let records = sweeper::remove(&self.connection, now, sweeper::BATCH)?;
        self.counters.removed(records);
        let Some(keep) = self.keep_audit_for else { return Ok(records) };
        let end = now.saturating_sub(u64::try_from(keep.as_millis()).unwrap_or(u64::MAX));
        Ok(audit::remove(&mut self.connection, end, sweeper::BATCH)?.max(records))
    }

    /// Empties the log if it has become large.
    fn cut_log(&mut self) {
        if self.log.as_mut().is_some_and(Log::is_due)
            && let Ok(_turn) = self.turn.take_blocking()
        {
            // Readers that do not let it be emptied now may do so the next time.
            let _ = log::cut(&self.connection);
        }
    }

    /// Brings the file up to date, also for those who still have it open. SQLite removes its log with the last
    /// connection.
    fn checkpoint(&self) {
        // What cannot be done now is done by whoever opens the file next.
        let _ = self.connection.busy_timeout(Duration::ZERO);
        let _ = log::truncate(&self.connection);
    }
}

fn apply(connection: &Connection, jobs: &[Job], now: u64) -> rusqlite::Result<Vec<Answer>> {
    let (mut select, mut write) = (Select::on(connection)?, Write::on(connection)?);
    let mut trail = Append::on(connection);
    let mut answers = Vec::with_capacity(jobs.len());
    for job in jobs {
        let Some(event) = &job.event else {
            if let Some(draft) = &job.draft {
                trail.append(&job.id, draft, now)?;
            }
            answers.push(Ok(Action::Done));
            continue;
        };
        let state = match select.load(&job.id) {
            Ok(state) => state,
            Err(error) => {
                answers.push(Err(error));
                continue;
            }
        };
        let Transition { change, action } = step(&state, event.clone(), now);
        if let Some(draft) = job.draft.as_ref().and_then(|draft| (**draft).clone().after(&state, &change)) {
            trail.append(&job.id, &draft, now)?;
        }
        match change {
            Change::Keep => {}
            Change::Put(state) => write.put(&job.id, &state)?,
            Change::Remove => write.remove(&job.id)?,
        }
        answers.push(Ok(action));
    }
    Ok(answers)
}
