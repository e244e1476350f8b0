use super::super::StoreError;
use super::Location;
use super::writer::Writer;
use crate::clock::Clock;
use crate::idempotency::engine::{Action, Event};
use crate::idempotency::record::RecordId;
use std::sync::{Arc, mpsc};
use std::thread;
use tokio::sync::oneshot;

/// The way to the writer thread. The thread ends when this is dropped.
pub(super) struct Queue(mpsc::Sender<Job>);

/// An event that waits to be applied, and who waits for it.
pub(super) struct Job {
    pub(super) id: RecordId,
    pub(super) event: Event,
    pub(super) answer: oneshot::Sender<Result<Action, StoreError>>,
}

impl Queue {
    /// Opens the database on a thread of its own, and creates the tables if need be.
    pub(super) async fn start(location: Location, clock: Arc<dyn Clock>) -> Result<Self, StoreError> {
        let (sender, jobs) = mpsc::channel();
        let (opened, result) = oneshot::channel();
        let run = move || match Writer::open(&location, clock) {
            Ok(mut writer) => {
                // Nobody listening means nobody will send either.
                let _ = opened.send(Ok(()));
                writer.run(&jobs);
            }
            Err(error) => {
                let _ = opened.send(Err(error));
            }
        };
        thread::Builder::new()
            .name("steadfast-sqlite".to_owned())
            .spawn(run)
            .map_err(StoreError::unavailable)?;
        result.await.map_err(|_| thread_ended())??;
        Ok(Self(sender))
    }

    pub(super) async fn apply(&self, id: RecordId, event: Event) -> Result<Action, StoreError> {
        let (answer, result) = oneshot::channel();
        self.0.send(Job { id, event, answer }).map_err(|_| thread_ended())?;
        result.await.map_err(|_| thread_ended())?
    }
}

fn thread_ended() -> StoreError {
    StoreError::unavailable("the writer thread has ended")
}
