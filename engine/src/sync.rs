//! The locks and counters of `std`.
//!
//! In a test that runs [`in_every_order`] every use of one is also a point at which the scheduler may let another thread
//! go on. In all other tests they do what those of `std` do.

#[cfg(test)]
pub(crate) use scheduled::{AtomicU64, Mutex, MutexGuard, in_every_order};
#[cfg(not(test))]
pub(crate) use std::sync::atomic::AtomicU64;
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
        // The hook of `shuttle` reports threads that it does not know, whenever another test panics on purpose.
        let hook = std::panic::take_hook();
        SCHEDULED.set(true);
        shuttle::check_random(test, runs);
        SCHEDULED.set(false);
        std::panic::set_hook(hook);
    }

    /// Lets the scheduler choose the thread that goes on.
    fn point() {
        if SCHEDULED.get() {
            shuttle::thread::yield_now();
        }
    }

    #[derive(Debug, Default)]
    pub(crate) struct Mutex<T>(std::sync::Mutex<T>);

    impl<T> Mutex<T> {
        pub(crate) fn new(value: T) -> Self {
            Self(std::sync::Mutex::new(value))
        }

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

    #[derive(Debug, Default)]
    pub(crate) struct AtomicU64(std::sync::atomic::AtomicU64);

    impl AtomicU64 {
        pub(crate) fn load(&self, order: Ordering) -> u64 {
            point();
            self.0.load(order)
        }

        pub(crate) fn fetch_add(&self, by: u64, order: Ordering) -> u64 {
            point();
            self.0.fetch_add(by, order)
        }

        pub(crate) fn fetch_sub(&self, by: u64, order: Ordering) -> u64 {
            point();
            self.0.fetch_sub(by, order)
        }

        pub(crate) fn fetch_update(
            &self,
            set: Ordering,
            fetch: Ordering,
            change: impl FnMut(u64) -> Option<u64>,
        ) -> Result<u64, u64> {
            point();
            self.0.fetch_update(set, fetch, change)
        }
    }
}
