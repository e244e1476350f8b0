//! Which conversions a test run has made.

#[cfg(feature = "testing")]
use steadfast_core::Date;

/// Remembers that a value of a type was converted between the newest shape and the one before a date.
#[cfg(not(feature = "testing"))]
#[inline(always)]
#[allow(clippy::inline_always, reason = "nothing of it may be left")]
pub const fn exercised(_path: &'static str, _before: u32, _up: bool) {}

#[cfg(feature = "testing")]
pub use counted::exercised;
#[cfg(feature = "testing")]
pub use counted::was_exercised;

#[cfg(feature = "testing")]
mod counted {
    use super::Date;
    use crate::mode::{self, Purpose};
    use std::collections::BTreeSet;
    use std::sync::{Mutex, PoisonError};

    /// The path of a type, the end of its older shape, and whether that was read.
    static SEEN: Mutex<BTreeSet<(&str, u32, bool)>> = Mutex::new(BTreeSet::new());

    /// Remembers that a value of a type was converted between the newest shape and the one before a date.
    ///
    /// The conversions that records and fingerprints need do not count, because no test has asked for them.
    pub fn exercised(path: &'static str, before: u32, up: bool) {
        if matches!(mode::purpose(), Purpose::Wire { .. }) {
            let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
            seen.insert((path, before, up));
        }
    }

    /// Whether a value went through the change of this date: older shapes go through all later changes.
    pub fn was_exercised(path: &str, date: Date, up: bool) -> bool {
        let seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
        seen.iter().any(|(seen, before, was_up)| *seen == path && *before <= date.number() && *was_up == up)
    }
}
