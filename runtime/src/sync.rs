//! Locks and counters of what several threads share: those of `std`.
//!
//! In the tests of this crate they also are points at which another thread may go on, if a test says in which order
//! threads do so. Outside of such a test they do what those of `std` do.

#[cfg(test)]
pub(crate) use scheduled::{Mutex, MutexGuard, in_every_order};
#[cfg(not(test))]
pub(crate) use std::sync::{Mutex, MutexGuard};

#[cfg(test)]
mod scheduled {
    use std::cell::Cell;
    pub(crate) use std::sync::MutexGuard;
    use std::sync::{LockResult, TryLockError};

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
    }
}
