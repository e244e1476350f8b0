use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;

/// Waits for the executions that outlive their clients, so that a shutdown does not cut them off.
///
/// An idempotent operation runs on when its client disconnects, and so also when the server has closed its last
/// connection. Wait for it before the process ends:
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// use steadfast::{Idempotency, MemoryStore};
///
/// let idempotency = Idempotency::new(MemoryStore::new());
/// let drain = idempotency.drain();
/// // Build the API with `idempotency`, and serve it until it is told to stop. Then:
/// drain.wait().await;
/// # });
/// ```
#[derive(Debug, Clone)]
pub struct Drain(TaskTracker);

impl Drain {
    pub(super) fn of(executions: &ExecutionLimiter) -> Self {
        Self(executions.tracker.clone())
    }

    /// From now on no operation begins: new ones are answered 503 `overloaded`, stored responses are still replayed.
    pub fn close(&self) {
        self.0.close();
    }

    /// [Closes](Self::close), and waits until every operation that had begun has ended and is recorded.
    pub async fn wait(&self) {
        self.close();
        self.0.wait().await;
    }
}

/// Who may run, and how many at once.
#[derive(Debug)]
pub(super) struct ExecutionLimiter {
    tracker: TaskTracker,
    permits: Arc<Semaphore>,
}

/// One execution's place. A drain waits for every one of them.
#[derive(Debug)]
pub(super) struct Permit {
    tracked: TaskTrackerToken,
    _permit: OwnedSemaphorePermit,
}

impl ExecutionLimiter {
    pub(super) fn new(permits: usize) -> Self {
        Self { tracker: TaskTracker::new(), permits: Self::semaphore(permits) }
    }

    /// With another number of permits, and for the drains that there are.
    pub(super) fn limited_to(self, permits: usize) -> Self {
        Self { permits: Self::semaphore(permits), ..self }
    }

    fn semaphore(permits: usize) -> Arc<Semaphore> {
        Arc::new(Semaphore::new(permits.min(Semaphore::MAX_PERMITS)))
    }

    /// A place, unless all are taken or the service is shutting down.
    pub(super) fn enter(&self) -> Option<Permit> {
        // Counted before it looks: a drain that has begun either sees this execution or is seen by it.
        let tracked = self.tracker.token();
        if self.tracker.is_closed() {
            return None;
        }
        let permit = Arc::clone(&self.permits).try_acquire_owned().ok()?;
        Some(Permit { tracked, _permit: permit })
    }
}

impl Permit {
    /// Has a drain wait for work that follows the execution and needs no place.
    pub(super) fn follow_up(&self) -> TaskTrackerToken {
        self.tracked.clone()
    }
}
