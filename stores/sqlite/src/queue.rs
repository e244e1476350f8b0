use super::super::StoreError;
use super::counts::{Counters, SqliteCounts};
use super::database::Database;
use super::reader::Reader;
use super::sweeper::Pace;
use super::turn::Turn;
use super::writer::Writer;
use crate::clock::Clock;
use crate::idempotency::audit::AuditDraft;
use crate::idempotency::engine::{Action, Event, Request};
use crate::idempotency::record::RecordId;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::Duration;
use tokio::sync::{oneshot, watch};

/// How many events one commit may hold: bounds how long the first of them waits for the last.
const BATCH: usize = 512;

/// The way to the threads that read and write. They end when this is dropped.
pub(super) struct Queue {
    reads: Sender<Work>,
    writes: Sender<Work>,
    counters: Arc<Counters>,
    /// Gone when the threads have ended.
    running: watch::Receiver<()>,
}

pub(super) enum Work {
    Apply(Job),
    /// Nothing follows.
    Stop,
}

/// An event that waits to be applied, and who waits for it.
pub(super) struct Job {
    pub(super) id: RecordId,
    /// Without one, an entry of the audit trail is all there is.
    pub(super) event: Option<Event>,
    /// What is to be appended if the event takes effect.
    pub(super) draft: Option<Box<AuditDraft>>,
    answer: oneshot::Sender<Result<Action, StoreError>>,
}

/// Work that is done together.
pub(super) struct Batch {
    pub(super) jobs: Vec<Job>,
    /// Whether it is the last.
    pub(super) stop: bool,
}

impl Queue {
    /// Opens the database on threads of its own, and creates the tables or brings them up to date.
    pub(super) async fn start(
        database: &Database,
        clock: Arc<dyn Clock>,
        turn: Turn,
        pace: Pace,
        keep_audit_for: Option<Duration>,
    ) -> Result<Self, StoreError> {
        let ((reads, to_read), (writes, to_write)) = (mpsc::channel(), mpsc::channel());
        let (end, running) = watch::channel(());
        let counters = Arc::new(Counters::default());
        // First: it creates the tables.
        let (at, clock_of_writer, counting) = (database.clone(), Arc::clone(&clock), Arc::clone(&counters));
        start(move |opened| {
            let opening = Writer::open(&at, clock_of_writer, turn, counting, pace, keep_audit_for);
            opened.with(opening, |writer| writer.run(&to_write));
            drop(end);
        })
        .await?;
        let (at, passed_on) = (database.clone(), writes.clone());
        start(move |opened| {
            opened.with(Reader::open(&at, clock, passed_on), |reader| reader.run(&to_read));
        })
        .await?;
        Ok(Self { reads, writes, counters, running })
    }

    pub(super) async fn apply(
        &self,
        id: RecordId,
        event: Event,
        draft: Option<Box<AuditDraft>>,
    ) -> Result<Action, StoreError> {
        if let Event::Request(Request { asked, .. }) = &event
            && asked.takes_long()
        {
            // The one thread that writes shall not do it, and a replay need not have it done.
            let look = Event::Look { asked: asked.clone() };
            match self.apply_one(id, look, None).await? {
                replay @ Action::Replay { .. } => return Ok(replay),
                Action::Missing => asked.prepare(None),
                _ => {}
            }
        }
        self.apply_one(id, event, draft).await
    }

    async fn apply_one(
        &self,
        id: RecordId,
        event: Event,
        draft: Option<Box<AuditDraft>>,
    ) -> Result<Action, StoreError> {
        let (answer, result) = oneshot::channel();
        let way = match event {
            // A release stays behind the request that it undoes.
            Event::Request(_) | Event::Look { .. } | Event::Status | Event::Release { .. } => &self.reads,
            Event::Complete { .. }
            | Event::Renew { .. }
            | Event::Lose { .. }
            | Event::Step { .. }
            | Event::Settle { .. } => &self.writes,
        };
        let job = Job { id, event: Some(event), draft, answer };
        way.send(Work::Apply(job)).map_err(|_| thread_ended())?;
        result.await.map_err(|_| thread_ended())?
    }

    pub(super) async fn append(&self, id: RecordId, draft: Box<AuditDraft>) -> Result<(), StoreError> {
        let (answer, result) = oneshot::channel();
        let job = Job { id, event: None, draft: Some(draft), answer };
        self.writes.send(Work::Apply(job)).map_err(|_| thread_ended())?;
        result.await.map_err(|_| thread_ended())?.map(drop)
    }

    pub(super) fn counts(&self) -> SqliteCounts {
        self.counters.read()
    }

    /// Has the threads end after the work that is there, and waits for it.
    pub(super) async fn stop(&self) {
        // The reader passes it on, behind everything that it passes on before. One that has ended cannot.
        if self.reads.send(Work::Stop).is_err() {
            let _ = self.writes.send(Work::Stop);
        }
        let mut running = self.running.clone();
        while running.changed().await.is_ok() {}
    }
}

impl Job {
    pub(super) fn answer(self, answer: Result<Action, StoreError>) {
        // The request that asked may be gone.
        let _ = self.answer.send(answer);
    }
}

impl Batch {
    pub(super) fn of(first: Work) -> Self {
        let mut batch = Self { jobs: Vec::new(), stop: false };
        batch.take(first);
        batch
    }

    /// Adds what is waiting.
    pub(super) fn fill(&mut self, waiting: &Receiver<Work>) {
        while !self.stop && self.jobs.len() < BATCH {
            let Ok(work) = waiting.try_recv() else { return };
            self.take(work);
        }
    }

    fn take(&mut self, work: Work) {
        match work {
            Work::Apply(job) => self.jobs.push(job),
            Work::Stop => self.stop = true,
        }
    }
}

/// To be told whether a thread could open what it works on.
struct Opened(oneshot::Sender<Result<(), StoreError>>);

impl Opened {
    fn with<T>(self, opened: Result<T, StoreError>, work: impl FnOnce(T)) {
        let (result, worker) = match opened {
            Ok(worker) => (Ok(()), Some(worker)),
            Err(error) => (Err(error), None),
        };
        // Nobody listening means nobody will send work either.
        let _ = self.0.send(result);
        if let Some(worker) = worker {
            work(worker);
        }
    }
}

async fn start(run: impl FnOnce(Opened) + Send + 'static) -> Result<(), StoreError> {
    let (opened, result) = oneshot::channel();
    thread::Builder::new()
        .name("steadfast-sqlite".to_owned())
        .spawn(move || run(Opened(opened)))
        .map_err(StoreError::unavailable)?;
    result.await.map_err(|_| thread_ended())?
}

fn thread_ended() -> StoreError {
    StoreError::unavailable("a thread of the store has ended")
}
