use super::super::StoreError;
use super::BUSY_TIMEOUT;
use super::seat::Seat;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Instant;
use tokio::sync::{Mutex, OwnedMutexGuard};

/// The one line that every writer of this process waits in: transactions, and the writer thread with its batches.
/// Waiting here is fair and wakes at once; SQLite's own waiting is neither.
#[derive(Clone, Default)]
pub(super) struct Turn(Arc<Mutex<Option<Seat>>>);

/// Being first in line. Holds what the last transaction was on, for the next.
pub(super) type Taken = OwnedMutexGuard<Option<Seat>>;

impl Turn {
    pub(super) async fn take(&self) -> Result<Taken, StoreError> {
        let turn = tokio::time::timeout(BUSY_TIMEOUT, Arc::clone(&self.0).lock_owned());
        turn.await.map_err(StoreError::unavailable)
    }

    /// [`take`](Self::take) on a thread that may block.
    pub(super) fn take_blocking(&self) -> Result<Taken, StoreError> {
        let (waker, until) =
            (Waker::from(Arc::new(Unpark(thread::current()))), Instant::now() + BUSY_TIMEOUT);
        let (mut turn, mut context) = (pin!(Arc::clone(&self.0).lock_owned()), Context::from_waker(&waker));
        loop {
            if let Poll::Ready(taken) = turn.as_mut().poll(&mut context) {
                return Ok(taken);
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(StoreError::unavailable("another writer has held the database for too long"));
            }
            thread::park_timeout(left);
        }
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
