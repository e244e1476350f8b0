//! Locks and counters of what several threads share: those of `std`.
//!
//! In the tests of this crate they also are points at which another thread may go on, if a test says in which order
//! threads do so. Outside of such a test they do what those of `std` do.

#[cfg(test)]
pub(crate) use scheduled::{AtomicUsize, Mutex, MutexGuard, in_every_order};
#[cfg(not(test))]
pub(crate) use std::sync::atomic::AtomicUsize;
#[cfg(not(test))]
pub(crate) use std::sync::{Mutex, MutexGuard};

#[cfg(test)]
mod scheduled {
    use std::cell::Cell;
    pub(crate) use std::sync::MutexGuard;
    use std::sync::atomic::Ordering;
    use std::sync::{LockResult, TryLockError, TryLockResult};

    thread_local!(static SCHEDULED: Cell<bool> = const { Cell::new(false) });

    /// Runs a test whose threads are `shuttle`'s, many times in as many orders.
    pub(crate) fn in_every_order(runs: usize, test: impl Fn() + Send + Sync + 'static) {
        // Its own hook would speak of threads that it does not know, whenever another test lets a handler panic.
        let hook = std::panic::take_hook();
        SCHEDULED.set(true);
        shuttle::check_random(test, runs);
        SCHEDULED.set(false);
        std::panic::set_hook(hook);
    }

    /// Lets another thread go on.
    fn point() {
        if SCHEDULED.get() {
            shuttle::thread::yield_now();
        }
    }

    #[derive(Debug, Default)]
    pub(crate) struct Mutex<T>(std::sync::Mutex<T>);

    impl<T> Mutex<T> {
        pub(crate) fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
            if !SCHEDULED.get() {
                return self.0.lock();
            }
            loop {
                // Threads that wait for each other do so forever, which the scheduler reports.
                point();
                match self.0.try_lock() {
                    Ok(guard) => return Ok(guard),
                    Err(TryLockError::Poisoned(error)) => return Err(error),
                    Err(TryLockError::WouldBlock) => {}
                }
            }
        }

        pub(crate) fn try_lock(&self) -> TryLockResult<MutexGuard<'_, T>> {
            point();
            self.0.try_lock()
        }
    }

    #[derive(Debug)]
    pub(crate) struct AtomicUsize(std::sync::atomic::AtomicUsize);

    impl AtomicUsize {
        pub(crate) fn new(value: usize) -> Self {
            Self(std::sync::atomic::AtomicUsize::new(value))
        }

        pub(crate) fn load(&self, order: Ordering) -> usize {
            point();
            self.0.load(order)
        }

        pub(crate) fn fetch_sub(&self, by: usize, order: Ordering) -> usize {
            point();
            self.0.fetch_sub(by, order)
        }

        pub(crate) fn fetch_update(
            &self,
            set: Ordering,
            fetch: Ordering,
            change: impl FnMut(usize) -> Option<usize>,
        ) -> Result<usize, usize> {
            point();
            self.0.fetch_update(set, fetch, change)
        }
    }
}
