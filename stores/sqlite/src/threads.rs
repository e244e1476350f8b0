use crate::SqliteCounts;
use crate::database::Database;
use crate::reader::{Read, Reader};
use crate::writer::{Opened, Write, Writer, Written};
use crate::writer_queue::WriterQueue;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use steadfast_engine::{Found, RecordId, StoreError};
use tokio::sync::{oneshot, watch};

/// The number of jobs that a thread does together, at most: bounds how long the first of them waits for the last.
const BATCH: usize = 512;

/// The threads that read and write records. They end when this is dropped.
pub(crate) struct Threads {
    reads: Sender<Option<Read>>,
    writes: Sender<Option<Job<Write, Written>>>,
    counts: Arc<Mutex<SqliteCounts>>,
    /// Closed when the thread that writes, which is the last, has ended.
    running: watch::Receiver<()>,
}

/// The jobs for a thread. After `None` nothing follows.
pub(crate) type Jobs<J> = Receiver<Option<J>>;

/// A job for a thread, and the caller that waits for its result.
pub(crate) struct Job<T, R> {
    pub(crate) task: T,
    caller: oneshot::Sender<Result<R, StoreError>>,
}

impl<T, R> Job<T, R> {
    pub(crate) fn end(self, result: Result<R, StoreError>) {
        // The caller may have been dropped.
        let _ = self.caller.send(result);
    }
}

/// Adds the jobs that wait. Returns `false` if nothing follows.
pub(crate) fn fill<J>(jobs: &mut Vec<J>, waiting: &Jobs<J>) -> bool {
    while jobs.len() < BATCH {
        match waiting.try_recv() {
            Ok(Some(job)) => jobs.push(job),
            Ok(None) => return false,
            Err(_) => return true,
        }
    }
    true
}

impl Threads {
    /// Opens the database on both threads, and creates the tables if there are none.
    pub(crate) async fn start(database: &Database, queue: WriterQueue) -> Result<(Self, Opened), StoreError> {
        let ((reads, to_read), (writes, to_write)) = (mpsc::channel(), mpsc::channel());
        let (end, running) = watch::channel(());
        let counts = Arc::<Mutex<SqliteCounts>>::default();
        // First, because it creates the tables.
        let (on, counting) = (database.clone(), Arc::clone(&counts));
        let run = move |writer: Writer| {
            writer.run(&to_write);
            drop(end);
        };
        let open = move || {
            let thread = Writer::open(&on, queue, counting)?;
            let opened = thread.opened.clone();
            Ok((thread, opened))
        };
        let opened = start(open, run).await?;
        let (on, to_writer) = (opened.clone(), writes.clone());
        start(move || Ok((Reader::open(&on, to_writer)?, ())), move |reader| reader.run(&to_read)).await?;
        Ok((Self { reads, writes, counts, running }, opened))
    }

    pub(crate) async fn read(&self, id: RecordId) -> Result<Option<Found>, StoreError> {
        call(&self.reads, id, Read::Load).await
    }

    /// Makes a write where there is no record; otherwise returns [`Written::Conflict`] without waiting for a commit.
    pub(crate) async fn insert(&self, write: Write) -> Result<Written, StoreError> {
        call(&self.reads, write, Read::Insert).await
    }

    pub(crate) async fn write(&self, write: Write) -> Result<Written, StoreError> {
        call(&self.writes, write, |job| job).await
    }

    pub(crate) fn counts(&self) -> SqliteCounts {
        *self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the threads after the jobs that wait, and waits for that.
    pub(crate) async fn stop(&self) {
        // The thread that reads stops the one that writes. If it has ended, it cannot.
        if self.reads.send(None).is_err() {
            let _ = self.writes.send(None);
        }
        let mut running = self.running.clone();
        while running.changed().await.is_ok() {}
    }
}

async fn call<T, R, J>(
    thread: &Sender<Option<J>>,
    task: T,
    job: impl FnOnce(Job<T, R>) -> J,
) -> Result<R, StoreError> {
    let (caller, result) = oneshot::channel();
    thread.send(Some(job(Job { task, caller }))).map_err(|_| ended())?;
    result.await.map_err(|_| ended())?
}

/// Starts a thread that opens what it works with, and returns what else it opens.
pub(crate) async fn start<T, R: Send + 'static>(
    open: impl FnOnce() -> Result<(T, R), StoreError> + Send + 'static,
    run: impl FnOnce(T) + Send + 'static,
) -> Result<R, StoreError> {
    let (opened, result) = oneshot::channel();
    let thread = thread::Builder::new().name("steadfast-sqlite".to_owned());
    let thread = thread.spawn(move || match open() {
        Ok((worker, other)) => {
            let _ = opened.send(Ok(other));
            run(worker);
        }
        Err(error) => drop(opened.send(Err(error))),
    });
    thread.map_err(StoreError::unavailable)?;
    result.await.map_err(|_| ended())?
}

fn ended() -> StoreError {
    StoreError::unavailable("a thread of the store has ended")
}
