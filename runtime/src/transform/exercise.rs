//! Which conversions a test run has made.

use super::generated::History;
#[cfg(feature = "testing")]
use steadfast_core::Date;

/// Remembers that a value of `T` was converted between the newest shape and the one before a date.
#[cfg(not(feature = "testing"))]
#[inline(always)]
#[allow(clippy::inline_always, reason = "nothing of it may be left")]
pub const fn exercised<T: History>(_before: u32, _up: bool) {}

/// Runs `f`, whose conversions no test has asked for.
#[cfg(not(feature = "testing"))]
pub(super) fn unobserved<R>(f: impl FnOnce() -> R) -> R {
    f()
}

#[cfg(feature = "testing")]
pub use counted::exercised;
#[cfg(feature = "testing")]
pub(super) use counted::unobserved;
#[cfg(feature = "testing")]
pub(crate) use counted::was_exercised;

#[cfg(feature = "testing")]
mod counted {
    use super::{Date, History};
    use std::cell::Cell;
    use std::collections::BTreeSet;
    use std::sync::{Mutex, PoisonError};

    /// The path of a type, the end of its older shape, and whether that was read.
    static SEEN: Mutex<BTreeSet<(&str, u32, bool)>> = Mutex::new(BTreeSet::new());

    thread_local! {
        static UNOBSERVED: Cell<bool> = const { Cell::new(false) };
    }

    struct Reset(bool);

    impl Drop for Reset {
        fn drop(&mut self) {
            UNOBSERVED.set(self.0);
        }
    }

    /// Runs `f`, whose conversions no test has asked for.
    pub(in crate::transform) fn unobserved<R>(f: impl FnOnce() -> R) -> R {
        let _reset = Reset(UNOBSERVED.replace(true));
        f()
    }

    /// Remembers that a value of `T` was converted between the newest shape and the one before a date.
    pub fn exercised<T: History>(before: u32, up: bool) {
        if UNOBSERVED.get() {
            return;
        }
        SEEN.lock().unwrap_or_else(PoisonError::into_inner).insert((T::HISTORY.path, before, up));
    }

    /// Whether a value went through the change of this date: older shapes go through all later changes.
    pub(crate) fn was_exercised(path: &str, date: Date, up: bool) -> bool {
        let seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
        seen.iter().any(|(seen, before, was_up)| *seen == path && *before <= date.number() && *was_up == up)
    }
}
