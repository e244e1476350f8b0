//! Answers that are stored, and written once more in the newest shape: from that they can be told at another version.

use super::exercise::unobserved;
use super::generated::History;
use super::history::TypeHistory;
use super::versioned::text;
use super::{at_version, losses, sensitive, wire};
use crate::context::Context;
use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::any::{Any, TypeId, type_name};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use steadfast_core::Date;

/// How the answers of one type are told at another version.
#[derive(Clone, Copy)]
pub struct Telling {
    of: fn() -> TypeId,
    mark: fn() -> u64,
    again: fn(&[u8], Date, Date) -> Option<Vec<u8>>,
    is_whole: fn(&dyn Any, &[u8]) -> bool,
}

impl Telling {
    /// Those of `T`.
    pub(crate) const fn of<T: History + Serialize + DeserializeOwned + 'static>() -> Self {
        Self { of: TypeId::of::<T>, mark: mark::<T>, again: again::<T>, is_whole: is_whole::<T> }
    }

    /// What `text`, in the shape of one version, is in that of another. `None` if that cannot be said.
    ///
    /// `mark` says of which type it was. If two of `all` may be meant, neither is.
    pub(crate) fn tell(
        all: &[Option<Self>],
        mark: u64,
        text: &[u8],
        from: Date,
        to: Date,
    ) -> Option<Vec<u8>> {
        let mut meant = all.iter().flatten().filter(|telling| (telling.mark)() == mark);
        let first = meant.next()?;
        if meant.any(|other| (other.of)() != (first.of)()) {
            return None;
        }
        // A conversion that panics takes nothing away from whoever can still hear what was stored.
        // What was left out of it when it was kept is left out of it again.
        let again = || sensitive::copied(|| (first.again)(text, from, to));
        catch_unwind(AssertUnwindSafe(again)).ok().flatten()
    }
}

impl fmt::Debug for Telling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Telling")
    }
}

/// A hash of the name of a type without its modules: a type that moves is the same.
pub(crate) fn mark<T: ?Sized>() -> u64 {
    mark_of(type_name::<T>())
}

fn mark_of(type_name: &str) -> u64 {
    const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let mut hash = OFFSET;
    let boundary = |letter: char| !(letter.is_alphanumeric() || letter == '_' || letter == ':');
    for part in type_name.split_inclusive(boundary) {
        let name = part.rsplit("::").next().unwrap_or(part);
        for byte in name.bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(PRIME);
        }
    }
    hash
}

/// One version for each shape that a type has, or what it holds.
pub(super) fn shapes(history: &'static TypeHistory) -> impl Iterator<Item = u32> {
    let dates = history.with_held().into_iter().flat_map(TypeHistory::dates);
    [0, wire::HEAD].into_iter().chain(dates.map(Date::number))
}

/// Whether nothing is lost of a value that is read again from its newest shape.
fn is_whole<T: Serialize + DeserializeOwned + 'static>(value: &dyn Any, newest: &[u8]) -> bool {
    let Some(value) = value.downcast_ref::<T>() else { return false };
    let Ok(read) = serde_json::from_slice::<T>(newest) else { return false };
    match (losses::of(value), losses::of(&read)) {
        (Some(one), Some(other)) => says_the_same(&one, &other),
        _ => false,
    }
}

fn again<T: Serialize + DeserializeOwned>(stored: &[u8], from: Date, to: Date) -> Option<Vec<u8>> {
    let value: T = at_version(from, || serde_json::from_slice(stored)).ok()?;
    // A type that does not read all of what it writes, or no longer, would show defaults for what it has lost.
    let back = at_version(from, || serde_json::to_vec(&value)).ok()?;
    if !says_the_same(&back, stored) {
        return None;
    }
    at_version(to, || serde_json::to_vec(&value)).ok()
}

/// Whether two texts that one type has written differ in the order of members at most, as those of hash maps do.
fn says_the_same(one: &[u8], other: &[u8]) -> bool {
    let value = |text| serde_json::from_slice::<serde_json::Value>(text).ok();
    one == other || value(one).is_some_and(|one| value(other) == Some(one))
}

/// What was written in the newest shape too; an extension of the response.
#[derive(Clone)]
pub(crate) struct Newest {
    /// The body that it belongs to, and not what may have been put in its place.
    written: Bytes,
    pub(crate) text: Text,
}

/// The newest shape of a body.
#[derive(Clone)]
pub(crate) struct Text {
    /// The newest version.
    pub(crate) version: Date,
    /// That of the type.
    pub(crate) mark: u64,
    /// `None` if it is the same as the body.
    pub(crate) body: Option<Bytes>,
}

impl Newest {
    pub(super) const fn new(written: Bytes, text: Text) -> Self {
        Self { written, text }
    }

    /// The newest shape of `body`, if that is what was written.
    pub(crate) fn of(self, body: &Bytes) -> Option<Text> {
        let Self { written, text } = self;
        (written.as_ptr() == body.as_ptr() && written.len() == body.len()).then_some(text)
    }
}

impl Text {
    /// The newest shape of `value`, whose text in the served shape is `served`; `None` where nobody will ask for it, and
    /// where older shapes show what it does not tell. Whether they may `is_doubtful`, as far as `served` says.
    ///
    /// Whether it can be read again, and says the same in other words, is found out by the retry that asks for them.
    pub(super) fn of<T: Serialize + 'static>(value: &T, served: &[u8], is_doubtful: bool) -> Option<Self> {
        let context = Context::current()?;
        let mut all = context.telling.iter().flatten();
        let telling = all.find(|telling| (telling.of)() == TypeId::of::<T>())?;
        let version = context.timeline.releases.last()?.date;
        if !sensitive::is_kept_whole() {
            return None;
        }
        let (body, is_doubtful) = if context.served_date()? == version {
            (None, is_doubtful)
        } else {
            let (body, is_doubtful) = losses::doubted(|| wire::scope(wire::HEAD, || text(value)));
            let body = body.ok()?;
            ((body != served).then_some(body), is_doubtful)
        };
        if is_doubtful {
            let newest = body.as_deref().unwrap_or(served);
            let is_whole = || wire::scope(wire::HEAD, || unobserved(|| (telling.is_whole)(value, newest)));
            // What other shapes show is not in this answer, and is told without what is sensitive.
            let is_whole = || sensitive::is_kept_whole() && sensitive::seen(|| sensitive::copied(is_whole)).0;
            // What older clients are not asked about now must not keep this one from its answer.
            if !catch_unwind(AssertUnwindSafe(is_whole)).unwrap_or(false) {
                return None;
            }
        }
        let body = body.map(Bytes::from);
        Some(Self { version, mark: mark::<T>(), body })
    }
}

impl fmt::Debug for Newest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Newest")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_that_moves_keeps_its_mark() {
        assert_eq!(mark_of("a::b::Charge"), mark_of("c::Charge"));
        assert_eq!(mark_of("alloc::vec::Vec<a::Charge>"), mark_of("Vec<b::c::Charge>"));
        for other in ["a::Refund", "Vec<a::Charge>", "(a::Charge, u8)", "&a::Charge"] {
            assert_ne!(mark_of(other), mark_of("a::Charge"), "{other}");
        }
    }
}
