use super::super::StoreError;
use super::neighbours::Neighbours;
use super::seat::Seat;
use std::fmt;
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};
use tokio::sync::{Mutex, OwnedMutexGuard, oneshot};

/// The one line that every writer of this process waits in: transactions, and the writer thread with its batches.
/// Waiting here is fair and wakes at once; SQLite's own waiting is neither. Whoever is first stands in the line of the
/// processes next.
#[derive(Clone)]
pub(super) struct Turn {
    line: Arc<Mutex<Head>>,
    pub(super) patience: Duration,
}

/// What is there at the head of the line.
#[derive(Default)]
struct Head {
    /// What the last transaction was on, for the next.
    seat: Option<Seat>,
    neighbours: Option<Neighbours>,
}

/// Being first in line.
pub(super) struct Taken(OwnedMutexGuard<Head>);

/// The turn has not come in time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Late;

impl Turn {
    /// A line in which nobody waits longer than `patience`.
    pub(super) fn new(patience: Duration) -> Self {
        Self { line: Arc::default(), patience }
    }

    /// From now on this process takes turns with others that have the file open.
    pub(super) async fn share(&self, path: &Path) {
        self.wait().await.0.neighbours = Neighbours::of(path);
    }

    /// Nobody writes here any more.
    pub(super) async fn end(&self) {
        self.wait().await.0.neighbours = None;
    }

    pub(super) async fn take(&self) -> Result<Taken, StoreError> {
        let turn = tokio::time::timeout(self.patience, self.wait());
        let mut turn = turn.await.map_err(|_| StoreError::unavailable(Late))?;
        if turn.is_free() {
            return Ok(turn);
        }
        // A timer of the executor has no shorter time than a commit takes, and its threads for what blocks may all be
        // busy with what waits for this.
        let until = self.until();
        let (ready, taken) = oneshot::channel();
        let waiting = thread::Builder::new().name("steadfast-turn".to_owned()).spawn(move || {
            turn.wait_for_neighbours(until, || ready.is_closed());
            // Whoever waited may be gone, and the turn with it.
            let _ = ready.send(turn);
        });
        waiting.map_err(StoreError::unavailable)?;
        taken.await.map_err(|_| StoreError::unavailable("the thread that waits is gone"))
    }

    /// [`take`](Self::take), for as long as it may be, and not among processes.
    pub(super) async fn wait(&self) -> Taken {
        Taken(Arc::clone(&self.line).lock_owned().await)
    }

    /// [`take`](Self::take), if nobody else has it.
    pub(super) fn try_take(&self) -> Option<Taken> {
        let mut taken = Arc::clone(&self.line).try_lock_owned().ok().map(Taken)?;
        taken.is_free().then_some(taken)
    }

    /// [`take`](Self::take) on a thread that may block.
    pub(super) fn take_blocking(&self) -> Result<Taken, Late> {
        let waker = Waker::from(Arc::new(Unpark(thread::current())));
        let until = Instant::now().checked_add(self.patience);
        let (mut turn, mut context) = (pin!(self.wait()), Context::from_waker(&waker));
        loop {
            if let Poll::Ready(mut taken) = turn.as_mut().poll(&mut context) {
                taken.wait_for_neighbours(self.until(), || false);
                return Ok(taken);
            }
            let left = until.map_or(Duration::MAX, |until| until.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                return Err(Late);
            }
            thread::park_timeout(left);
        }
    }

    /// Up to when to be courteous: what is left then is for asking SQLite in vain.
    fn until(&self) -> Option<Instant> {
        Instant::now().checked_add(self.patience / 2)
    }
}

impl Taken {
    pub(super) fn seat(&mut self) -> &mut Option<Seat> {
        &mut self.0.seat
    }

    /// Whether no other process removes what the time is up of.
    pub(super) fn is_sweeper(&self) -> bool {
        self.0.neighbours.as_ref().is_none_or(Neighbours::is_sweeper)
    }

    pub(super) fn end_sweep(&self) {
        self.0.neighbours.iter().for_each(Neighbours::end_sweep);
    }

    fn is_free(&mut self) -> bool {
        self.0.neighbours.as_mut().is_none_or(Neighbours::try_take)
    }

    fn wait_for_neighbours(&mut self, until: Option<Instant>, abandoned: impl Fn() -> bool) {
        if let Some(neighbours) = &mut self.0.neighbours {
            neighbours.take(until, abandoned);
        }
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        if let Some(neighbours) = &mut self.0.neighbours {
            neighbours.give_back();
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
