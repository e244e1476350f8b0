//! What a type holds, and what that holds, as far as constants go: a type may hold itself, and a constant may not.

use super::{Null, Shape, Told, any_mixes};
use crate::history::Held;
use std::marker::PhantomData;

/// How far constants look into the fields of fields.
pub type Full = Deeper<Deeper<Deeper<Deeper<Deeper<Deeper<Deeper<End>>>>>>>;

/// No further.
#[derive(Debug)]
pub struct End;

/// One level further than `D`.
#[derive(Debug)]
pub struct Deeper<D>(PhantomData<D>);

/// How many levels are left.
pub trait Depth {
    /// What a field of type `T` holds, if a level is left.
    type Of<T: Shape + ?Sized>: Inside;
}

impl Depth for End {
    type Of<T: Shape + ?Sized> = Unseen<T>;
}

impl<D: Depth> Depth for Deeper<D> {
    type Of<T: Shape + ?Sized> = T::At<D>;
}

/// What some type holds.
pub trait Inside {
    /// Its fields.
    const HELD: &'static [Held];

    /// How much its text in the newest shape tells of a value.
    const TELLS: Told;

    /// When it is written as `null`.
    const NULL: Null = Null::Never;

    /// Whether names of several types stand in one object of it: behind `flatten`, or beside a tag.
    const MIXES: bool = any_mixes(Self::HELD);
}

/// What a type holds that is too deep.
#[derive(Debug)]
pub struct Unseen<T: ?Sized>(PhantomData<T>);

impl<T: Shape + ?Sized> Inside for Unseen<T> {
    const HELD: &'static [Held] = if T::IS_LEAF { &[] } else { &[Held::UNSEEN] };
    const TELLS: Told = Told::LESS;
    const NULL: Null = Null::Sometimes;
    const MIXES: bool = !T::IS_LEAF;
}

/// A type whose fields `#[versioned]` knows to the depth `D`.
pub trait Holds<D> {
    /// Its fields.
    const HELD: &'static [Held];

    /// How much its text in the newest shape tells of a value.
    const TELLS: Told;

    /// When it is written as `null`.
    const NULL: Null = Null::Never;

    /// Whether names of several types stand in one object of it.
    const MIXES: bool;
}

/// What `T` holds to the depth `D`.
#[derive(Debug)]
pub struct Of<T: ?Sized, D>(PhantomData<(D, T)>);

impl<T: Holds<D> + ?Sized, D> Inside for Of<T, D> {
    const HELD: &'static [Held] = T::HELD;
    const TELLS: Told = T::TELLS;
    const NULL: Null = T::NULL;
    const MIXES: bool = T::MIXES;
}
