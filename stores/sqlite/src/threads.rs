use crate::database::Database;
use crate::reader::Reader;
use crate::stats::{Counters, SqliteCounts};
use crate::writer::{Write, Writer, Written};
use crate::writer_queue::WriterQueue;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use steadfast_engine::{Found, RecordId, StoreError};
use tokio::sync::{oneshot, watch};

/// The number of jobs that a thread does together, at most: bounds how long the first of them waits for the last.
const BATCH: usize = 512;

/// The threads that read and write records. They end when this is dropped.
pub(crate) struct Threads {
    reads: Sender<Work<RecordId, Option<Found>>>,
    writes: Sender<Work<Write, Written>>,
    counters: Arc<Counters>,
    /// Closed when the thread that writes, which is the last, has ended.
    running: watch::Receiver<()>,
}

pub(crate) enum Work<J, R> {
    Do(Pending<J, R>),
    /// Nothing follows.
    Stop,
}

/// A job, and the caller that waits for its result.
pub(crate) struct Pending<J, R> {
    pub(crate) job: J,
    reply: oneshot::Sender<Result<R, StoreError>>,
}

/// Jobs that are done together.
pub(crate) struct Batch<J, R> {
    pub(crate) jobs: Vec<Pending<J, R>>,
    /// Whether this is the last batch.
    pub(crate) stop: bool,
}

impl Threads {
    /// Opens the database on both threads, and creates the tables if there are none.
    pub(crate) async fn start(database: &Database, queue: WriterQueue) -> Result<Self, StoreError> {
        let ((reads, to_read), (writes, to_write)) = (mpsc::channel(), mpsc::channel());
        let (end, running) = watch::channel(());
        let counters = Arc::new(Counters::default());
        // First, because it creates the tables.
        let (on, counting) = (database.clone(), Arc::clone(&counters));
        start(
            move || Writer::open(&on, queue, counting),
            move |writer| {
                writer.run(&to_write);
                drop(end);
            },
        )
        .await?;
        let (on, writer) = (database.clone(), writes.clone());
        start(
            move || Reader::open(&on),
            move |reader| {
                reader.run(&to_read);
                // Last, because the last connection to the database removes the log.
                let _ = writer.send(Work::Stop);
            },
        )
        .await?;
        Ok(Self { reads, writes, counters, running })
    }

    pub(crate) async fn read(&self, id: RecordId) -> Result<Option<Found>, StoreError> {
        call(&self.reads, id).await
    }

    pub(crate) async fn write(&self, write: Write) -> Result<Written, StoreError> {
        call(&self.writes, write).await
    }

    pub(crate) fn counts(&self) -> SqliteCounts {
        self.counters.read()
    }

    /// Ends the threads after the jobs that wait, and waits for that.
    pub(crate) async fn stop(&self) {
        // The thread that reads stops the one that writes. If it has ended, it cannot.
        if self.reads.send(Work::Stop).is_err() {
            let _ = self.writes.send(Work::Stop);
        }
        let mut running = self.running.clone();
        while running.changed().await.is_ok() {}
    }
}

impl<J, R> Pending<J, R> {
    pub(crate) fn reply(self, result: Result<R, StoreError>) {
        // The caller may have been dropped.
        let _ = self.reply.send(result);
    }
}

impl<J, R> Batch<J, R> {
    pub(crate) fn new() -> Self {
        Self { jobs: Vec::new(), stop: false }
    }

    pub(crate) fn add(&mut self, work: Work<J, R>) {
        match work {
            Work::Do(job) => self.jobs.push(job),
            Work::Stop => self.stop = true,
        }
    }

    /// Adds the work that waits.
    pub(crate) fn fill(&mut self, waiting: &Receiver<Work<J, R>>) {
        while !self.stop && self.jobs.len() < BATCH {
            let Ok(work) = waiting.try_recv() else { return };
            self.add(work);
        }
    }
}

async fn call<J, R>(thread: &Sender<Work<J, R>>, job: J) -> Result<R, StoreError> {
    let (reply, result) = oneshot::channel();
    thread.send(Work::Do(Pending { job, reply })).map_err(|_| ended())?;
    result.await.map_err(|_| ended())?
}

/// Starts a thread that opens what it works with, and returns when it has.
async fn start<T>(
    open: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
    run: impl FnOnce(T) + Send + 'static,
) -> Result<(), StoreError> {
    let (opened, result) = oneshot::channel();
    let thread = thread::Builder::new().name("steadfast-sqlite".to_owned());
    let thread = thread.spawn(move || match open() {
        Ok(worker) => {
            let _ = opened.send(Ok(()));
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
