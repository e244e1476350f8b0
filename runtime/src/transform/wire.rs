//! The version that (de)serialisation on this thread speaks.
//!
//! It is set around one synchronous call of serde and never while a handler runs, so that a handler which stores a
//! type as JSON always stores the head.

use std::cell::Cell;

/// The newest shape of every type.
pub const HEAD: u32 = u32::MAX;

thread_local! {
    static AT: Cell<u32> = const { Cell::new(HEAD) };
    /// Whether anybody has asked.
    static ASKED: Cell<bool> = const { Cell::new(false) };
}

struct Reset(u32);

impl Drop for Reset {
    fn drop(&mut self) {
        AT.set(self.0);
    }
}

/// The version as the number `YYYYMMDD`; [`HEAD`] outside every scope.
#[inline]
pub fn at() -> u32 {
    ASKED.set(true);
    AT.get()
}

/// Whether `f` asks for the version: for all that does not, there is only one shape.
pub(crate) fn asks<R>(f: impl FnOnce() -> R) -> bool {
    ASKED.set(false);
    drop(f());
    ASKED.get()
}

/// Runs `f` at a version; what was before comes back also if `f` panics.
pub(crate) fn scope<R>(at: u32, f: impl FnOnce() -> R) -> R {
    let _reset = Reset(AT.replace(at));
    f()
}
