use super::super::StoreError;
use super::seat::Seat;
use std::fmt;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};
use tokio::sync::{Mutex, OwnedMutexGuard};

/// The one line that every writer of this process waits in: transactions, and the writer thread with its batches.
/// Waiting here is fair and wakes at once; SQLite's own waiting is neither.
#[derive(Clone)]
pub(super) struct Turn {
    line: Arc<Mutex<Option<Seat>>>,
    pub(super) patience: Duration,
}

/// Being first in line. Holds what the last transaction was on, for the next.
pub(super) type Taken = OwnedMutexGuard<Option<Seat>>;

/// The turn has not come in time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Late;

impl Turn {
    /// A line in which nobody waits longer than `patience`.
    pub(super) fn new(patience: Duration) -> Self {
        Self { line: Arc::default(), patience }
    }

    pub(super) async fn take(&self) -> Result<Taken, StoreError> {
        let turn = tokio::time::timeout(self.patience, self.wait());
        turn.await.map_err(|_| StoreError::unavailable(Late))
    }

    /// [`take`](Self::take), for as long as it may be.
    pub(super) async fn wait(&self) -> Taken {
        Arc::clone(&self.line).lock_owned().await
    }

    /// [`take`](Self::take), if nobody else has it.
    pub(super) fn try_take(&self) -> Option<Taken> {
        Arc::clone(&self.line).try_lock_owned().ok()
    }

    /// [`take`](Self::take) on a thread that may block.
    pub(super) fn take_blocking(&self) -> Result<Taken, Late> {
        let waker = Waker::from(Arc::new(Unpark(thread::current())));
        let until = Instant::now().checked_add(self.patience);
        let (mut turn, mut context) = (pin!(self.wait()), Context::from_waker(&waker));
        loop {
            if let Poll::Ready(taken) = turn.as_mut().poll(&mut context) {
                return Ok(taken);
            }
            let left = until.map_or(Duration::MAX, |until| until.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                return Err(Late);
            }
            thread::park_timeout(left);
        }
    }
}

impl fmt::Display for Late {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("another writer has held the database for too long")
    }
}

impl std::error::Error for Late {}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
