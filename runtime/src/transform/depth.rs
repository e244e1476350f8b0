//! What a type holds, and what that holds, as far as constants go: a type may hold itself, and a constant may not.

use super::history::Held;
use super::leaf::Told;
use super::{Known, Versioned};
use std::collections::{BTreeMap, HashMap};
use std::marker::PhantomData;

/// How far constants look into the fields of fields.
pub type Full = Deeper<Deeper<Deeper<Deeper<End>>>>;

/// No further.
#[derive(Debug)]
pub struct End;

/// One level further than `D`.
#[derive(Debug)]
pub struct Deeper<D>(PhantomData<D>);

/// How many levels are left.
pub trait Depth {
    /// One level less; of none it is none.
    type Less: Depth;

    /// What `T` holds to that level; nothing if none is left.
    type Of<T: Holds<Self::Less>>: Inside;
}

impl Depth for End {
    type Less = Self;
    type Of<T: Holds<Self>> = Nothing;
}

impl<D: Depth> Depth for Deeper<D> {
    type Less = D;
    type Of<T: Holds<D>> = Of<T, D>;
}

/// A type whose fields may have histories.
pub trait Holds<D> {
    /// Those fields, each with what it holds to the depth `D`.
    const HELD: &'static [Held];

    /// How much the newest shape tells of a value, as far as the depth `D` shows.
    const TELLS: Told;

    /// Whether a value may be written as `null`.
    const IS_NULLABLE: bool = false;
}

/// Fields, whatever the type and the depth.
pub trait Inside {
    /// The fields.
    const HELD: &'static [Held];

    /// How much of a value they are.
    const TELLS: Told;
}

/// No fields.
#[derive(Debug)]
pub struct Nothing;

impl Inside for Nothing {
    const HELD: &'static [Held] = &[];
    const TELLS: Told = Told::Less;
}

/// The fields of `T` to the depth `D`.
#[derive(Debug)]
pub struct Of<T, D>(PhantomData<(T, D)>);

impl<T: Holds<D>, D> Inside for Of<T, D> {
    const HELD: &'static [Held] = T::HELD;
    const TELLS: Told = T::TELLS;
}

impl<D, T: Holds<D>> Holds<D> for Option<T> {
    const HELD: &'static [Held] = T::HELD;
    // Of two options, one within the other, `null` does not tell which is none.
    const TELLS: Told = if T::IS_NULLABLE { Told::Less } else { T::TELLS };
    const IS_NULLABLE: bool = true;
}

impl<D, K, T: Holds<D>, S> Holds<D> for HashMap<K, T, S> {
    const HELD: &'static [Held] = T::HELD;
    const TELLS: Told = T::TELLS.unordered();
}

/// A type that holds what its `T` holds.
macro_rules! as_held {
    ($([$($parameters:tt)*] $container:ty $(, nullable = $is_nullable:expr)?;)*) => {
        $(impl<D, $($parameters)*> Holds<D> for $container {
            const HELD: &'static [Held] = T::HELD;
            const TELLS: Told = T::TELLS;
            $(const IS_NULLABLE: bool = $is_nullable;)?
        })*
    };
}

as_held! {
    [T: Holds<D> + ?Sized] Box<T>, nullable = T::IS_NULLABLE;
    [T: Holds<D>] Known<T>, nullable = T::IS_NULLABLE;
    [T: Holds<D>] Vec<T>;
    [T: Holds<D>] [T];
    [T: Holds<D>, const N: usize] [T; N];
    [K, T: Holds<D>] BTreeMap<K, T>;
    [T: Holds<D>] Versioned<T>;
}
