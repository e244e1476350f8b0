use crate::tx_connection::TxConnection;
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};
use steadfast_engine::StoreError;
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
    /// When this process began to write without a pause.
    begun: Instant,
    /// When the last writer left.
    left: Instant,
}

/// The permission to write, until it is dropped.
pub(crate) struct WritePermit(OwnedMutexGuard<Head>);

impl WriterQueue {
    pub(crate) fn new(patience: Duration) -> Self {
        let now = Instant::now();
        let head = Head { connection: None, begun: now, left: now };
        Self { head: Arc::new(Mutex::new(head)), patience }
    }

    /// Waits for the permission to write.
    pub(crate) async fn enter(&self) -> Result<WritePermit, StoreError> {
        let permit = tokio::time::timeout(self.patience, self.wait()).await;
        let mut permit = permit.map_err(|_| StoreError::unavailable(Late))?;
        if let Some(rest) = permit.rest() {
            tokio::time::sleep(rest).await;
        }
        Ok(permit)
    }

    /// [`enter`](Self::enter), however long it takes.
    pub(crate) async fn wait(&self) -> WritePermit {
        WritePermit(Arc::clone(&self.head).lock_owned().await)
    }

    /// [`enter`](Self::enter) on a thread that may block.
    pub(crate) fn enter_blocking(&self) -> Result<WritePermit, Late> {
        let waker = Waker::from(Arc::new(Unpark(thread::current())));
        let until = Instant::now().checked_add(self.patience);
        let (mut permit, mut context) = (pin!(self.wait()), Context::from_waker(&waker));
        loop {
            if let Poll::Ready(mut permit) = permit.as_mut().poll(&mut context) {
                permit.rest().into_iter().for_each(thread::sleep);
                return Ok(permit);
            }
            let left = until.map_or(Duration::MAX, |until| until.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                return Err(Late);
            }
            thread::park_timeout(left);
        }
    }
}

impl WritePermit {
    pub(crate) fn connection(&mut self) -> &mut Option<TxConnection> {
        &mut self.0.connection
    }

    /// Returns how long to rest before this write.
    fn rest(&mut self) -> Option<Duration> {
        let (now, head) = (Instant::now(), &mut *self.0);
        if now - head.left >= GAP {
            head.begun = now;
        }
        if now - head.begun < RUN {
            return None;
        }
        head.begun = now;
        Some(random(500, 1500))
    }
}

impl Drop for WritePermit {
    fn drop(&mut self) {
        self.0.left = Instant::now();
    }
}

/// A writer that has waited for too long.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Late;

impl fmt::Display for Late {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("another writer has held the database for too long")
    }
}

impl std::error::Error for Late {}

/// The pauses of a writer that finds the database locked by another process, until it gives up.
///
/// They are random, so that two processes do not always try in the same order, and short at first, because mostly it is
/// one commit that is waited for. SQLite's own pauses grow to a tenth of a second, in which a process that never pauses
/// has taken the lock again.
pub(crate) struct Pauses {
    until: Option<Instant>,
    longest: u32,
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

/// Returns a random time between two numbers of microseconds.
fn random(shortest: u32, longest: u32) -> Duration {
    let random = RandomState::new().hash_one(()) % u64::from(longest - shortest);
    Duration::from_micros(u64::from(shortest) + random)
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
