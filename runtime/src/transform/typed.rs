//! The value that a handler reads from a body, written as text: two bodies are the same request if the texts are equal,
//! whatever versions the clients wrote them in.

use super::translation::{is_same, type_id};
use crate::wire::fingerprinted::{Fingerprinted, ForFingerprint};
use crate::wire::shape::{Depth, Full, Inside, Shape, Told};
use crate::wire::{self, HEAD, Purpose};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use steadfast_core::Date;

/// How the bodies of one type are written to be compared.
#[derive(Clone, Copy)]
pub struct TypedBody {
    type_id: fn() -> u64,
    canonical: fn(&[u8], u32, u32) -> Option<Vec<u8>>,
    write: fn(&dyn Any) -> Option<Vec<u8>>,
    skips: bool,
    is_ordered: bool,
}

impl TypedBody {
    /// Those of a type of which every field counts, if its text tells all.
    pub(crate) const fn whole<T: Shape + Serialize + DeserializeOwned + 'static>() -> Option<Self> {
        Self::telling::<T>(<<Full as Depth>::Of<T> as Inside>::TELLS)
    }

    /// [`whole`](Self::whole), of a type whose text tells so much.
    const fn telling<T: Serialize + DeserializeOwned + 'static>(tells: Told) -> Option<Self> {
        let whole = Self {
            type_id: type_id::<T>,
            canonical: |body, read_at, written_at| canonical::<T>(body, (read_at, written_at), to_vec),
            write: |value| write::<T>(value, to_vec),
            skips: false,
            is_ordered: tells.is_ordered(),
        };
        if tells.is_all() { Some(whole) } else { None }
    }

    /// Those of a type that derives `Fingerprint`.
    pub(crate) const fn counted<T: Fingerprinted + DeserializeOwned + 'static>() -> Self {
        Self {
            type_id: type_id::<T>,
            canonical: |body, read_at, written_at| {
                canonical::<T>(body, (read_at, written_at), counted_to_vec)
            },
            write: |value| write::<T>(value, counted_to_vec),
            skips: true,
            is_ordered: false,
        }
    }

    /// The same, of bodies that are in the newest shape whatever version is served.
    pub(crate) const fn counted_at_head<T: Fingerprinted + DeserializeOwned + 'static>() -> Self {
        let canonical = |body: &[u8], _, written_at| canonical::<T>(body, (HEAD, written_at), counted_to_vec);
        Self { canonical, ..Self::counted::<T>() }
    }

    /// Returns a hash of the name of the type: texts of another type are not compared with those of this one.
    pub(crate) fn type_id(&self) -> u64 {
        (self.type_id)()
    }

    /// Returns whether a field of the type, or of one that it holds, may not count. Then equal bodies need not be equal as
    /// texts.
    pub(crate) fn skips(&self) -> bool {
        self.skips
    }

    /// Returns whether equal values have equal texts. Otherwise the members of their maps may be in another order.
    pub(crate) fn is_ordered(&self) -> bool {
        self.is_ordered
    }

    /// Reads `body` in the shape of the version `read_at`, and writes what counts of the value in the shape of
    /// `written_at`; `None` is the newest version.
    ///
    /// Fields that were removed since `read_at` count, although the value does not have them.
    ///
    /// Returns `None` if the text does not tell all of the value: if the body cannot be read, if its type hides something on
    /// writing, or if the shape of `written_at` cannot express the value.
    pub(crate) fn canonical(
        &self,
        body: &[u8],
        read_at: Option<Date>,
        written_at: Option<Date>,
    ) -> Option<Vec<u8>> {
        let number = |version: Option<Date>| version.map_or(HEAD, Date::number);
        // A conversion that panics tells nothing.
        let canonical = || (self.canonical)(body, number(read_at), number(written_at));
        catch_unwind(AssertUnwindSafe(canonical)).ok().flatten()
    }

    /// Returns the [canonical](Self::canonical) text in the newest version of a value that has been read; `None` if the
    /// text does not tell all of it, or if the value is of another type. `dropped` is a hash of what it does not have of the
    /// body.
    pub(crate) fn write(&self, value: &dyn Any, dropped: u64) -> Option<Vec<u8>> {
        let text = catch_unwind(AssertUnwindSafe(|| (self.write)(value))).ok().flatten();
        text.map(|text| with_dropped(text, dropped))
    }
}

impl fmt::Debug for TypedBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TypedBody")
    }
}

fn to_vec<T: Serialize>(value: &T) -> serde_json::Result<Vec<u8>> {
    serde_json::to_vec(value)
}

fn counted_to_vec<T: Fingerprinted>(value: &T) -> serde_json::Result<Vec<u8>> {
    serde_json::to_vec(&ForFingerprint(value))
}

fn write<T: 'static>(value: &dyn Any, write: fn(&T) -> serde_json::Result<Vec<u8>>) -> Option<Vec<u8>> {
    let value = value.downcast_ref()?;
    let (text, seen) = wire::with(Purpose::Fingerprint, || wire::scope(HEAD, || write(value)));
    text.ok().filter(|_| !seen.incomplete)
}

fn canonical<T: DeserializeOwned>(
    body: &[u8],
    (read_at, written_at): (u32, u32),
    write: fn(&T) -> serde_json::Result<Vec<u8>>,
) -> Option<Vec<u8>> {
    let read = |body: &[u8], at| wire::scope(at, || serde_json::from_slice::<T>(body)).ok();
    let written = || {
        let value = read(body, read_at)?;
        let text = wire::scope(written_at, || write(&value)).ok()?;
        Some((value, text))
    };
    let (written, seen) = wire::with(Purpose::Fingerprint, written);
    let (value, text) = written.filter(|_| !seen.incomplete)?;
    if written_at == HEAD || !seen.version {
        return Some(with_dropped(text, seen.dropped));
    }
    // Since that version the type may have been given fields that its older shapes do not show.
    let write_for = |purpose, value: &T, at| wire::with(purpose, || wire::scope(at, || write(value))).0.ok();
    let is_expressed = || {
        let head = write_for(Purpose::Fingerprint, &value, HEAD)?;
        if head == text {
            return Some(true);
        }
        // With all fields: one that does not count may have to be there.
        let older = write_for(Purpose::Wire { is_recorded: false }, &value, written_at)?;
        let back = read(&older, written_at)?;
        Some(is_same(&write_for(Purpose::Fingerprint, &back, HEAD)?, &head))
    };
    is_expressed().unwrap_or(false).then(|| with_dropped(text, seen.dropped))
}

/// The text, and beside it what was read and is not in the value.
fn with_dropped(text: Vec<u8>, dropped: u64) -> Vec<u8> {
    if dropped == 0 {
        return text;
    }
    [b"[".as_slice(), &text, format!(",\"{dropped:x}\"]").as_bytes()].concat()
}

/// How the bodies of one type are read.
#[derive(Clone, Copy)]
pub struct BodyReader(fn(&[u8], u32) -> (bool, bool));

impl BodyReader {
    /// That of `T`.
    pub(crate) const fn of<T: DeserializeOwned>() -> Self {
        Self(|body, at| {
            let read = || wire::scope(at, || serde_json::from_slice::<T>(body).is_ok());
            let (is_read, seen) = wire::with(Purpose::Fingerprint, read);
            (is_read, seen.version)
        })
    }

    /// Returns whether a body can be read in the shape of a version; `true` if that cannot be said.
    pub(crate) fn is_readable(self, body: &[u8], version: Date) -> bool {
        self.read(body, version).is_none_or(|(is_read, _)| is_read)
    }

    /// Returns whether reading a body depends on the version.
    pub(crate) fn depends_on_version(self, body: &[u8], version: Date) -> bool {
        self.read(body, version).is_none_or(|(_, depends)| depends)
    }

    fn read(self, body: &[u8], version: Date) -> Option<(bool, bool)> {
        catch_unwind(AssertUnwindSafe(|| (self.0)(body, version.number()))).ok()
    }
}

impl fmt::Debug for BodyReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BodyReader")
    }
}

#[cfg(test)]
#[cfg(feature = "idempotency")]
mod tests;
