use super::super::StoreError;
use super::database::Database;
use super::now;
use super::queue::{Batch, Job, Work};
use super::rows::Select;
use crate::clock::Clock;
use crate::idempotency::engine::{Action, Change, Event, Transition, step};
use rusqlite::Connection;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender};

/// Answers what changes nothing, on a thread and a connection of its own: a replay waits for no commit.
pub(super) struct Reader {
    connection: Connection,
    clock: Arc<dyn Clock>,
    writes: Sender<Work>,
}

impl Reader {
    pub(super) fn open(
        database: &Database,
        clock: Arc<dyn Clock>,
        writes: Sender<Work>,
    ) -> Result<Self, StoreError> {
        let connection = database.connect()?;
        connection.pragma_update(None, "query_only", true).map_err(|error| database.unusable(error))?;
        Ok(Self { connection, clock, writes })
    }

    /// Works until it is told to stop, or the other end of the channel is gone.
    pub(super) fn run(self, work: &Receiver<Work>) {
        while let Ok(first) = work.recv() {
            let mut batch = Batch::of(first);
            batch.fill(work);
            self.answer(batch.jobs);
            if batch.stop {
                let Self { connection, writes, .. } = self;
                // First: the writer's is to be the last.
                drop(connection);
                let _ = writes.send(Work::Stop);
                return;
            }
        }
    }

    /// What is not answered here goes on to the writer, in the order it came.
    fn answer(&self, jobs: Vec<Job>) {
        // SQLite forgets what it has read whenever somebody has written since; in one snapshot nobody has. Without
        // one, if it cannot be had, everything is as right.
        let snapshot = if jobs.len() > 1 { self.connection.unchecked_transaction().ok() } else { None };
        let now = now(&*self.clock);
        let mut select = Select::on(&self.connection);
        let answers: Vec<_> = jobs.iter().map(|job| look(select.as_mut(), job, now)).collect();
        drop(select);
        drop(snapshot);
        for (job, answer) in jobs.into_iter().zip(answers) {
            match answer {
                Some(answer) => job.answer(answer),
                // Without a writer the job is dropped, and whoever waits for it hears that.
                None => drop(self.writes.send(Work::Apply(job))),
            }
        }
    }
}

/// `None` if there is something to write.
fn look(
    select: Result<&mut Select<'_>, &mut rusqlite::Error>,
    job: &Job,
    now: u64,
) -> Option<Result<Action, StoreError>> {
    let event = job.event.as_ref().filter(|event| matches!(event, Event::Request(_)) || event.is_read())?;
    let state = match select {
        Ok(select) => select.load(&job.id),
        Err(error) => Err(StoreError::unavailable(error.to_string())),
    };
    match state.map(|state| step(&state, event.clone(), now)) {
        Ok(Transition { change: Change::Keep, action }) => Some(Ok(action)),
        Ok(_) => None,
        Err(error) => Some(Err(error)),
    }
}
