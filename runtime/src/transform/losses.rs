//! What older shapes may show of a value although its newest shape does not tell it: what is made, by functions of the
//! user's, of fields that are hidden, or whose types may know more than they write.
//!
//! The macro knows which columns that are. They are written by themselves, each once however many versions show it, so
//! that a value can be compared with what is read from its newest shape. It has to be done when an answer is stored:
//! later the value is gone, and only the text is there. A type of which nothing can be lost is not asked at all.

use super::writing::{Fields, field};
use super::{nowhere, wire};
use serde::Serialize;
use serde::ser::{SerializeSeq, SerializeStruct, Serializer};
use std::cell::Cell;
use std::fmt;

/// In the place of a version: what may be lost. To all types of which nothing may be it is the newest.
const LOSSES: u32 = wire::HEAD - 1;

thread_local! {
    /// Whether a value was written of which something may be lost.
    static DOUBTED: Cell<bool> = const { Cell::new(false) };

    /// Whether the next value is to be written in its newest shape, and what it holds by what may be lost.
    static NEWEST: Cell<bool> = const { Cell::new(false) };
}

/// Says that a value is written of which something may be lost; whether that is what is to be written.
#[inline]
pub fn loses() -> bool {
    DOUBTED.set(true);
    wire::at() == LOSSES && !NEWEST.replace(false)
}

/// What `write` gives, and whether it wrote a value of which something may be lost.
pub(super) fn doubted<R>(write: impl FnOnce() -> R) -> (R, bool) {
    DOUBTED.set(false);
    let written = write();
    (written, DOUBTED.get())
}

/// What may be lost of a value, as a text; `None` if that cannot be written.
pub(super) fn of<T: Serialize>(value: &T) -> Option<Vec<u8>> {
    // A value before may have panicked.
    NEWEST.set(false);
    wire::scope(LOSSES, || serde_json::to_vec(value)).ok()
}

/// What may be lost of one value, column by column.
pub struct Losses<S: Serializer>(S::SerializeStruct);

impl<S: Serializer> Losses<S> {
    /// None yet of so many columns. They are a struct, because a flattened value must be one.
    pub fn new(serializer: S, name: &'static str, columns: usize) -> Result<Self, S::Error> {
        serializer.serialize_struct(name, columns).map(Self)
    }

    /// A column that shapes show.
    pub fn add(&mut self, column: impl Fields) -> Result<(), S::Error> {
        column.write(&mut self.0)
    }

    /// That was all.
    pub fn end(self) -> Result<S::Ok, S::Error> {
        self.0.end()
    }
}

impl<S: Serializer> fmt::Debug for Losses<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Losses")
    }
}

/// Writes all shapes of a value, for a type whose columns cannot be written by themselves: the newest, and the one that
/// it has since each of some dates.
pub fn every_shape<T: Serialize, S: Serializer>(
    value: &T,
    name: &'static str,
    since: &[u32],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut losses = Losses::new(serializer, name, 1)?;
    losses.add(field(name, &Shapes { value, since }))?;
    losses.end()
}

struct Shapes<'a, T> {
    value: &'a T,
    since: &'a [u32],
}

impl<T: Serialize> Serialize for Shapes<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { value, since } = *self;
        let mut shapes = serializer.serialize_seq(None)?;
        shapes.serialize_element(&Newest(value))?;
        for at in since {
            // One that cannot be written shows nothing.
            let is_written = wire::scope(*at, || nowhere::is_written(value));
            shapes.serialize_element(&is_written.then_some(Older { value, at: *at }))?;
        }
        shapes.end()
    }
}

struct Newest<'a, T>(&'a T);

impl<T: Serialize> Serialize for Newest<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        NEWEST.set(true);
        let written = self.0.serialize(serializer);
        NEWEST.set(false);
        written
    }
}

struct Older<'a, T> {
    value: &'a T,
    at: u32,
}

impl<T: Serialize> Serialize for Older<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        wire::scope(self.at, || self.value.serialize(serializer))
    }
}
