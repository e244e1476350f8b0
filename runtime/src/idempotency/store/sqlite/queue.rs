use super::super::StoreError;
use super::Location;
use super::reader::Reader;
use super::turn::Turn;
use super::writer::Writer;
use crate::clock::Clock;
use crate::idempotency::engine::{Action, Event};
use crate::idempotency::record::RecordId;
use std::sync::{Arc, mpsc};
use std::thread;
use tokio::sync::oneshot;

/// The way to the threads that read and write. They end when this is dropped.
pub(super) struct Queue {
    reads: mpsc::Sender<Job>,
    writes: mpsc::Sender<Job>,
}

/// An event that waits to be applied, and who waits for it.
pub(super) struct Job {
    pub(super) id: RecordId,
    pub(super) event: Event,
    answer: oneshot::Sender<Result<Action, StoreError>>,
}

impl Queue {
    /// Opens the database on threads of its own, and creates the tables if need be.
    pub(super) async fn start(
        location: Location,
        clock: Arc<dyn Clock>,
        turn: Turn,
    ) -> Result<Self, StoreError> {
        let ((reads, to_read), (writes, to_write)) = (mpsc::channel(), mpsc::channel());
        let (at, clock_of_writer) = (location.clone(), Arc::clone(&clock));
        // First: it creates the tables.
        start(move |opened| {
            opened.with(Writer::open(&at, clock_of_writer, turn), |mut writer| writer.run(&to_write));
        })
        .await?;
        let passed_on = writes.clone();
        start(move |opened| {
            opened.with(Reader::open(&location, clock, passed_on), |reader| reader.run(&to_read));
        })
        .await?;
        Ok(Self { reads, writes })
    }

    pub(super) async fn apply(&self, id: RecordId, event: Event) -> Result<Action, StoreError> {
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
        way.send(Job { id, event, answer }).map_err(|_| thread_ended())?;
        result.await.map_err(|_| thread_ended())?
    }
}

impl Job {
    pub(super) fn answer(self, answer: Result<Action, StoreError>) {
        // The request that asked may be gone.
        let _ = self.answer.send(answer);
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
