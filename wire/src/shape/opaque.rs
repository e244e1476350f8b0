//! Fields with `#[opaque]`, of which nothing is known.

use super::{Shape, Told};
use std::marker::PhantomData;

/// What is known of the type of a field with `#[opaque]`.
#[derive(Debug)]
pub struct Opaque<T: ?Sized>(PhantomData<T>);

impl<T: Shape + ?Sized> Opaque<T> {
    /// Its shapes are known, and the word hides them.
    pub const IS_KNOWN: bool = true;
}

/// The answers of [`Opaque`] for every other type.
pub trait NotShape {
    /// Nothing is.
    const IS_KNOWN: bool = false;
}

impl<T: ?Sized> NotShape for Opaque<T> {}

/// How much the text of a field with `#[opaque]` tells of it.
#[derive(Debug)]
pub struct OpaqueTells<T: ?Sized>(PhantomData<T>);

impl OpaqueTells<serde_json::Map<String, serde_json::Value>> {
    /// All. With the feature `preserve_order` of `serde_json` the members are as the client sent them.
    pub const TELLS: Told = Told::ALL.unordered();
}

/// The answer of [`OpaqueTells`] for every other type.
pub trait TellsLess {
    /// Perhaps not all.
    const TELLS: Told = Told::LESS;
}

impl<T: ?Sized> TellsLess for OpaqueTells<T> {}
