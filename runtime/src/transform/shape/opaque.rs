//! What says nothing of its versions: fields with `#[opaque]`, and problems.

use super::{Depth, Inside, Shape, Told};
use crate::problem::Problem;
use crate::transform::history::Held;
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

/// A socket or a stream may send problems. Their members are of any type, in the shape of the version that reads them.
impl Shape for Problem {
    type At<D: Depth> = Members;
}

/// The members of a problem.
#[derive(Debug)]
pub struct Members;

impl Inside for Members {
    const HELD: &'static [Held] = &[];
    const TELLS: Told = Told::LESS;
}
