use crate::tx_connection::TxConnection;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};
use steadfast_engine::StoreError;
use tokio::runtime::Runtime;
use tokio::sync::{Mutex, OwnedMutexGuard};

/// The time for which this process writes without a pause before it rests, so that other processes can write.
const RUN: Duration = Duration::from_millis(25);

/// A gap between two writes in which another process will have found the database free.
const GAP: Duration = Duration::from_millis(1);

/// The queue of the writers of this process: transactions, and the thread that writes batches.
///
/// The queue is fair and wakes the next writer at once; SQLite's own waiting is neither. Other processes do not wait in
/// it: they try SQLite's lock again and again, and would hardly ever find it free while this process always has a writer
/// that waits. So a process that has written for some time rests for about a millisecond.
#[derive(Clone)]
pub(crate) struct WriterQueue {
    head: Arc<Mutex<Head>>,
    /// The time that a writer waits in the queue, at most, and then for SQLite's lock.
    pub(crate) patience: Duration,
}

struct Head {
    /// The connection of the last transaction, for the next.
    connection: Option<TxConnection>,
    run: Run,
}

/// The time for which this process has been writing without a pause.
pub(crate) struct Run {
    begun: Instant,
    /// When the last writer left.
    left: Instant,
}

/// The permission to write, until it is dropped.
pub(crate) struct WritePermit(OwnedMutexGuard<Head>);

impl WriterQueue {
    pub(crate) fn new(patience: Duration) -> Self {
        let head = Head { connection: None, run: Run::new(Instant::now()) };
        Self { head: Arc::new(Mutex::new(head)), patience }
    }

    /// Waits for the permission to write; `None` if that takes too long.
    pub(crate) async fn enter(&self) -> Option<WritePermit> {
        let (permit, rest) = self.enter_without_rest().await?;
        if let Some(rest) = rest {
            tokio::time::sleep(rest).await;
        }
        Some(permit)
    }

    /// [`enter`](Self::enter) on a thread that may block: its pauses are exact, and those of a runtime whole milliseconds.
    pub(crate) fn enter_blocking(&self, runtime: &Runtime) -> Option<WritePermit> {
        let (permit, rest) = runtime.block_on(self.enter_without_rest())?;
        if let Some(rest) = rest {
            thread::sleep(rest);
        }
        Some(permit)
    }

    /// Returns with the permission how long to rest first, if it is time to.
    async fn enter_without_rest(&self) -> Option<(WritePermit, Option<Duration>)> {
        let mut permit = match Arc::clone(&self.head).try_lock_owned() {
            Ok(head) => WritePermit(head),
            Err(_) => tokio::time::timeout(self.patience, self.wait()).await.ok()?,
        };
        let rest = permit.0.run.is_over(Instant::now()).then(|| random(500, 1500));
        Some((permit, rest))
    }

    /// [`enter`](Self::enter), however long it takes.
    pub(crate) async fn wait(&self) -> WritePermit {
        WritePermit(Arc::clone(&self.head).lock_owned().await)
    }
}

impl WritePermit {
    pub(crate) fn connection(&mut self) -> &mut Option<TxConnection> {
        &mut self.0.connection
    }
}

impl Drop for WritePermit {
    fn drop(&mut self) {
        self.0.run.leave(Instant::now());
    }
}

impl Run {
    pub(crate) fn new(now: Instant) -> Self {
        Self { begun: now, left: now }
    }

    /// Returns `true` if it is time to rest before a write at `now`, with which another run begins.
    pub(crate) fn is_over(&mut self, now: Instant) -> bool {
        let is_over = now - self.begun >= RUN && now - self.left < GAP;
        if is_over || now - self.left >= GAP {
            self.begun = now;
        }
        is_over
    }

    pub(crate) fn leave(&mut self, now: Instant) {
        self.left = now;
    }
}

/// The pauses of a writer that finds the database locked by another process, until it gives up.
///
/// They are random, so that two processes do not always try in the same order, and short at first, because mostly it is
/// one commit that is waited for. SQLite's own pauses grow to a tenth of a second, in which a process that never pauses
/// has taken the lock again.
pub(crate) struct Pauses {
    until: Option<Instant>,
    longest: u64,
}

impl Pauses {
    pub(crate) fn for_at_most(patience: Duration) -> Self {
        Self { until: Instant::now().checked_add(patience), longest: 150 }
    }

    /// Returns the next pause, if there is time left.
    pub(crate) fn next(&mut self) -> Option<Duration> {
        if self.until.is_some_and(|until| Instant::now() >= until) {
            return None;
        }
        let pause = random(50, self.longest);
        self.longest = (self.longest + 50).min(1000);
        Some(pause)
    }
}

/// Returns the error of a writer that has waited for too long.
pub(crate) fn late() -> StoreError {
    StoreError::unavailable("another writer has held the database for too long")
}

/// Returns a random time between two numbers of microseconds.
fn random(shortest: u64, longest: u64) -> Duration {
    Duration::from_micros(shortest + RandomState::new().hash_one(()) % (longest - shortest))
}
