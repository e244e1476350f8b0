//! From the newest shape of a stored body to the shape of another version.

use crate::wire::at_version;
use crate::wire::shape::Shape;
use crate::wire::{self, Purpose};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::any::{TypeId, type_name};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use steadfast_core::Date;

/// How the stored bodies of one type are translated.
#[derive(Clone, Copy)]
pub struct Translation {
    of: fn() -> TypeId,
    type_id: fn() -> u64,
    translate: fn(&[u8], Date, Date) -> Option<Vec<u8>>,
}

impl Translation {
    /// That of `T`.
    pub(crate) const fn of<T: Shape + Serialize + DeserializeOwned + 'static>() -> Self {
        Self { of: TypeId::of::<T>, type_id: type_id::<T>, translate: translate::<T> }
    }

    /// Returns the hash of the name of a type, if its bodies can be translated by one of `all`.
    pub(crate) fn type_id_of(all: &[Option<Self>], of: TypeId) -> Option<u64> {
        let mut all = all.iter().flatten();
        all.find(|translation| (translation.of)() == of).map(|translation| (translation.type_id)())
    }

    /// Translates `text`, a body in the shape of the version `from`, to the version `to`; `None` if that is not possible.
    ///
    /// `type_id` is that of the body's type. If two of `all` may be meant, neither is.
    pub(crate) fn translate(
        all: &[Option<Self>],
        type_id: u64,
        text: &[u8],
        from: Date,
        to: Date,
    ) -> Option<Vec<u8>> {
        let mut meant = all.iter().flatten().filter(|translation| (translation.type_id)() == type_id);
        let first = meant.next()?;
        if meant.any(|other| (other.of)() != (first.of)()) {
            return None;
        }
        // What was left out of the stored body is left out again.
        let translate = || wire::with(Purpose::Record, || (first.translate)(text, from, to)).0;
        // A conversion that panics must not keep the stored response from whoever can still receive it.
        catch_unwind(AssertUnwindSafe(translate)).ok().flatten()
    }
}

impl fmt::Debug for Translation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Translation")
    }
}

fn translate<T: Serialize + DeserializeOwned>(stored: &[u8], from: Date, to: Date) -> Option<Vec<u8>> {
    let value: T = at_version(from, || serde_json::from_slice(stored)).ok()?;
    // A type that does not read all of what was written, such as that of another release, would show defaults instead.
    let back = at_version(from, || serde_json::to_vec(&value)).ok()?;
    if !is_same(&back, stored) {
        return None;
    }
    at_version(to, || serde_json::to_vec(&value)).ok()
}

/// Returns whether two texts that one type has written differ in the order of members at most, as those of hash maps do.
pub(super) fn is_same(one: &[u8], other: &[u8]) -> bool {
    let value = |text| serde_json::from_slice::<serde_json::Value>(text).ok();
    one == other || value(one).is_some_and(|one| value(other) == Some(one))
}

/// Returns a hash of the name of a type without its modules: a type that moves keeps its hash.
pub(crate) fn type_id<T: ?Sized>() -> u64 {
    hash_of(type_name::<T>())
}

fn hash_of(type_name: &str) -> u64 {
    const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let (mut hash, mut before_name) = (OFFSET, OFFSET);
    for byte in type_name.bytes() {
        if byte == b':' {
            // What stood before it was a module.
            hash = before_name;
            continue;
        }
        hash = (hash ^ u64::from(byte)).wrapping_mul(PRIME);
        let is_in_name = byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii();
        if !is_in_name {
            before_name = hash;
        }
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn type_that_moves_keeps_its_hash() {
        assert_eq!(hash_of("a::b::Charge"), hash_of("c::Charge"));
        assert_eq!(hash_of("alloc::vec::Vec<a::Charge>"), hash_of("Vec<b::c::Charge>"));
        for other in ["a::Refund", "Vec<a::Charge>", "(a::Charge, u8)", "&a::Charge"] {
            assert_ne!(hash_of(other), hash_of("a::Charge"), "{other}");
        }
    }
}
