//! `#[sensitive]` fields, which records of responses do not have.
//!
//! Whether a response shows something sensitive is noticed while it is written and not told by its type: types that know
//! nothing of versions may hold some that do.

use super::mode::{self, Purpose};
use serde::{Serialize, ser};
use std::io;

/// Notes that something sensitive is about to be written, and returns whether to leave it out.
#[inline]
pub fn sensitive() -> bool {
    mode::note_sensitive();
    mode::purpose() == Purpose::Record
}

/// Does the same as [`sensitive`], for `skip_serializing_if`.
#[inline]
pub fn is_sensitive<T: ?Sized>(_: &T) -> bool {
    sensitive()
}

/// Notes that what is about to be written is made of something sensitive that cannot be left out.
///
/// # Errors
/// If it is written for a record.
pub fn inseparable<E: ser::Error>() -> Result<(), E> {
    if sensitive() {
        return Err(E::custom("a sensitive part of it cannot be left out"));
    }
    Ok(())
}

/// A value of which a column of an older shape is made.
#[derive(Debug)]
pub struct Sensitivity<'a, T: ?Sized>(pub &'a T);

impl<T: Serialize + ?Sized> Sensitivity<'_, T> {
    /// Returns whether the value holds something sensitive; `false` where no record is made.
    pub fn is_there(&self) -> bool {
        match mode::purpose() {
            Purpose::Wire { is_recorded: true } | Purpose::Record => {}
            Purpose::Wire { is_recorded: false } | Purpose::Fingerprint => return false,
            #[cfg(feature = "testing")]
            Purpose::Law => return false,
        }
        let (written, seen) = mode::with(Purpose::Record, || {
            mode::scope(mode::HEAD, || serde_json::to_writer(io::sink(), self.0))
        });
        // A value that cannot be written to its end may hold something behind the part that was written.
        seen.sensitive || written.is_err()
    }
}

/// The answer of [`Sensitivity`] for values that cannot be written.
pub trait NotWritten {
    /// Returns `false`.
    fn is_there(&self) -> bool {
        false
    }
}

impl<T: ?Sized> NotWritten for Sensitivity<'_, T> {}
