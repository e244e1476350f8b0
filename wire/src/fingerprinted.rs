//! Values that are written without the fields that do not count when two requests are compared.

use super::history::id;
use crate::mode::{self, Purpose};
use serde::{Serialize, Serializer};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::Arc;

/// A type whose fields say which of them count; what `#[derive(Fingerprint)]` implements.
pub trait Fingerprinted {
    /// Whether `Serialize` leaves the same fields out for a fingerprint, as that of a `#[versioned]` type does.
    const IS_SERIALIZE: bool;

    /// Writes the fields that count.
    ///
    /// # Errors
    /// Those of the serializer, and of the fields.
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;
}

/// Returns whether to leave out a field that does not count.
#[inline]
pub fn uncounted() -> bool {
    mode::purpose() == Purpose::Fingerprint
}

/// Does the same as [`uncounted`], for `skip_serializing_if`.
#[inline]
pub fn is_uncounted<T: ?Sized>(_: &T) -> bool {
    uncounted()
}

/// Notes a part of an older shape that was read, and that the value does not have: bodies that differ in it are not the same
/// request, although the handler is given one value for both.
///
/// What stands for nothing, such as `None`, is as good as not there.
#[inline]
pub fn dropped<T: Serialize + ?Sized>(value: &T) {
    if mode::purpose() == (Purpose::Wire { is_recorded: false }) {
        return;
    }
    match serde_json::to_string(value) {
        Ok(text) if text == "null" => {}
        Ok(text) => mode::note_dropped(id(&text)),
        Err(_) => mode::incomplete(),
    }
}

/// A value, as its fingerprint has it.
#[derive(Debug)]
pub struct ForFingerprint<'a, T: ?Sized>(pub &'a T);

impl<T: Fingerprinted + ?Sized> Serialize for ForFingerprint<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.write(serializer)
    }
}

/// What is written of a field of type `T`: `of`, and whether that is less than all, or those of [`CountsWhole`].
#[derive(Debug)]
pub struct Counted<T: ?Sized>(PhantomData<T>);

impl<T: Fingerprinted + ?Sized> Counted<T> {
    /// Whether fields are left out.
    pub const SKIPS: bool = true;

    /// Whether they are left out although `Serialize` knows nothing of it.
    pub const IS_FOREIGN: bool = !T::IS_SERIALIZE;

    /// Returns the value as its fingerprint has it.
    pub fn of(value: &T) -> ForFingerprint<'_, T> {
        ForFingerprint(value)
    }
}

/// The answer of [`Counted`] for every other type: all of the value counts.
pub trait CountsWhole<T: ?Sized> {
    /// Nothing is left out.
    const SKIPS: bool = false;

    /// Nothing is left out.
    const IS_FOREIGN: bool = false;

    /// Returns the value.
    fn of(value: &T) -> &T
    where
        T: Comparable,
    {
        value
    }
}

impl<T: ?Sized> CountsWhole<T> for Counted<T> {}

/// Whether a type is `Serialize`: `VALUE`, or that of [`Unwritable`].
#[derive(Debug)]
pub struct Writable<T: ?Sized>(PhantomData<T>);

impl<T: Serialize + ?Sized> Writable<T> {
    /// It is.
    pub const VALUE: bool = true;
}

/// The answer of [`Writable`] for every other type.
pub trait Unwritable {
    /// It is not.
    const VALUE: bool = false;
}

impl<T: ?Sized> Unwritable for Writable<T> {}

/// A type that can be written to be compared.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be written, so that retries that differ in it cannot be told apart",
    label = "is not `Serialize`",
    note = "derive `Serialize` or `Fingerprint` on it, or leave the field out by `#[fingerprint(skip)]`"
)]
pub trait Comparable: Serialize {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + ?Sized> Comparable for T {}

/// A type that is written as the value that it holds.
macro_rules! transparent {
    ($([$($parameters:tt)*] $container:ty;)*) => {
        $(impl<$($parameters)*> Fingerprinted for $container {
            const IS_SERIALIZE: bool = T::IS_SERIALIZE;

            fn write<Z: Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
                T::write(self, serializer)
            }
        })*
    };
}

transparent! {
    [T: Fingerprinted + ?Sized] Box<T>;
    [T: Fingerprinted + ?Sized] Rc<T>;
    [T: Fingerprinted + ?Sized] Arc<T>;
    [T: Fingerprinted + ToOwned + ?Sized] Cow<'_, T>;
}

impl<T: Fingerprinted> Fingerprinted for Option<T> {
    const IS_SERIALIZE: bool = T::IS_SERIALIZE;

    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_ref().map(ForFingerprint).serialize(serializer)
    }
}

/// A type that is written as a list.
macro_rules! lists {
    ($([$($parameters:tt)*] $container:ty;)*) => {
        $(impl<$($parameters)*> Fingerprinted for $container {
            const IS_SERIALIZE: bool = T::IS_SERIALIZE;

            fn write<Z: Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
                serializer.collect_seq(self.iter().map(ForFingerprint))
            }
        })*
    };
}

lists! {
    [T: Fingerprinted] Vec<T>;
    [T: Fingerprinted] VecDeque<T>;
    [T: Fingerprinted] [T];
    [T: Fingerprinted, const N: usize] [T; N];
    [T: Fingerprinted] BTreeSet<T>;
    [T: Fingerprinted, S] HashSet<T, S>;
}

/// A type that is written as a map.
macro_rules! maps {
    ($([$($parameters:tt)*] $container:ty;)*) => {
        $(impl<$($parameters)*> Fingerprinted for $container {
            const IS_SERIALIZE: bool = T::IS_SERIALIZE;

            fn write<Z: Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
                serializer.collect_map(self.iter().map(|(key, value)| (key, ForFingerprint(value))))
            }
        })*
    };
}

maps! {
    [K: Serialize, T: Fingerprinted] BTreeMap<K, T>;
    [K: Serialize, T: Fingerprinted, S] HashMap<K, T, S>;
}
