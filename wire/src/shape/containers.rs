//! Lists, maps, options, pointers and tuples.

use super::{Depth, Inside, Null, Shape, Told, all_tell, held, joined};
use crate::Known;
use crate::history::{Held, TypeChange, TypeHistory, id};
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::marker::PhantomData;
use std::num::{Saturating, Wrapping};
use std::ops::{Range, RangeInclusive};
use std::rc::Rc;
use std::sync::{Arc, Mutex, RwLock};

/// A type that is written and read as what it holds is, behind so many keys or positions.
macro_rules! like {
    ($([$($parameters:tt)*] $container:ty: $held:ty, $nesting:literal, $inside:ty;)*) => {
        $(impl<$($parameters)*> Shape for $container {
            const PATH: &'static str = <$held>::PATH;
            const ID: u64 = <$held>::ID;
            const KEY: u64 = joined(id(stringify!($container)), <$held>::KEY);
            const CHANGES: &'static [TypeChange] = <$held>::CHANGES;
            const HISTORY: &'static TypeHistory = <$held>::HISTORY;
            const NESTING: usize = $nesting + <$held>::NESTING;
            const IS_LEAF: bool = <$held>::IS_LEAF;
            type At<D: Depth> = $inside;
        })*
    };
}

like! {
    [T: Shape + ?Sized] &T: T, 0, T::At<D>;
    [T: Shape + ?Sized] Box<T>: T, 0, T::At<D>;
    [T: Shape + ?Sized] Rc<T>: T, 0, T::At<D>;
    [T: Shape + ?Sized] Arc<T>: T, 0, T::At<D>;
    [T: Shape + ToOwned + ?Sized] Cow<'_, T>: T, 0, T::At<D>;
    [T: Shape] Cell<T>: T, 0, T::At<D>;
    [T: Shape + ?Sized] RefCell<T>: T, 0, T::At<D>;
    [T: Shape + ?Sized] Mutex<T>: T, 0, T::At<D>;
    [T: Shape + ?Sized] RwLock<T>: T, 0, T::At<D>;
    [T: Shape] Wrapping<T>: T, 0, T::At<D>;
    [T: Shape] Saturating<T>: T, 0, T::At<D>;
    [T: Shape] Reverse<T>: T, 0, T::At<D>;
    [T: Shape] Known<T>: T, 0, T::At<D>;
    [T: Shape] Option<T>: T, 0, Optional<T::At<D>>;
    [T: Shape] Vec<T>: T, 1, List<T::At<D>>;
    [T: Shape] [T]: T, 1, List<T::At<D>>;
    [T: Shape, const N: usize] [T; N]: T, 1, List<T::At<D>>;
    [T: Shape] VecDeque<T>: T, 1, List<T::At<D>>;
    [T: Shape] LinkedList<T>: T, 1, List<T::At<D>>;
    [T: Shape] BTreeSet<T>: T, 1, List<T::At<D>>;
    // Hashed and heaped, they stand in any order, and nothing sorts what is in a list.
    [T: Shape] BinaryHeap<T>: T, 1, Shuffled<T::At<D>>;
    [T: Shape, S] HashSet<T, S>: T, 1, Shuffled<T::At<D>>;
    [T: Shape] Range<T>: T, 1, List<T::At<D>>;
    [T: Shape] RangeInclusive<T>: T, 1, List<T::At<D>>;
}

/// `null`, or what `I` is.
#[derive(Debug)]
pub struct Optional<I>(PhantomData<I>);

impl<I: Inside> Inside for Optional<I> {
    const HELD: &'static [Held] = I::HELD;
    const MIXES: bool = I::MIXES;
    const TELLS: Told = I::TELLS.or_none(I::NULL);
    const NULL: Null = Null::Sometimes;
}

/// Several of `I`.
#[derive(Debug)]
pub struct List<I>(PhantomData<I>);

impl<I: Inside> Inside for List<I> {
    const HELD: &'static [Held] = I::HELD;
    const MIXES: bool = I::MIXES;
    const TELLS: Told = I::TELLS;
}

/// Several of `I`, in any order.
#[derive(Debug)]
pub struct Shuffled<I>(PhantomData<I>);

impl<I: Inside> Inside for Shuffled<I> {
    const HELD: &'static [Held] = I::HELD;
    const MIXES: bool = I::MIXES;
    const TELLS: Told = Told::LESS;
}

/// A map is like its values, unless its keys have a history of their own.
macro_rules! maps {
    ($([$($parameters:tt)*] $map:ty, $inside:ident;)*) => {
        $(impl<$($parameters)*> Shape for $map {
            const PATH: &'static str = if K::IS_LEAF { V::PATH } else { "" };
            const ID: u64 = if K::IS_LEAF { V::ID } else { 0 };
            const KEY: u64 = joined(joined(id(stringify!($map)), K::KEY), V::KEY);
            const CHANGES: &'static [TypeChange] = if K::IS_LEAF { V::CHANGES } else { &[] };
            const HISTORY: &'static TypeHistory = if K::IS_LEAF {
                V::HISTORY
            } else {
                &TypeHistory { held: <Self::At<super::Full> as Inside>::HELD, ..TypeHistory::LEAF }
            };
            const NESTING: usize = if K::IS_LEAF { 1 + V::NESTING } else { 0 };
            const IS_LEAF: bool = K::IS_LEAF && V::IS_LEAF;
            type At<D: Depth> = $inside<K, V, D>;
        })*
    };
}

maps! {
    [K: Shape, V: Shape] BTreeMap<K, V>, Map;
    [K: Shape, V: Shape, S] HashMap<K, V, S>, HashedMap;
}

/// Members, sorted by their names.
#[derive(Debug)]
pub struct Map<K, V, D>(PhantomData<(K, V, D)>);

impl<K: Shape, V: Shape, D: Depth> Inside for Map<K, V, D> {
    const HELD: &'static [Held] = if K::IS_LEAF {
        <V::At<D> as Inside>::HELD
    } else {
        &[held_here::<K, D>("(key)", "/(key)"), held_here::<V, D>("(value)", "/(value)")]
    };
    const TELLS: Told = <K::At<D> as Inside>::TELLS.and(<V::At<D> as Inside>::TELLS);
    // A conversion may make two keys one.
    const MIXES: bool = !K::IS_LEAF || <V::At<D> as Inside>::MIXES;
}

/// Members in any order.
#[derive(Debug)]
pub struct HashedMap<K, V, D>(PhantomData<(K, V, D)>);

impl<K: Shape, V: Shape, D: Depth> Inside for HashedMap<K, V, D> {
    const HELD: &'static [Held] = <Map<K, V, D> as Inside>::HELD;
    const TELLS: Told = <Map<K, V, D> as Inside>::TELLS.unordered();
    const MIXES: bool = <Map<K, V, D> as Inside>::MIXES;
}

/// Returns a part of a type that has no name, which is no level of its own. It goes by the name of its type.
const fn held_here<T: Shape, D: Depth>(field: &'static str, at: &'static str) -> Held {
    Held {
        inside: <T::At<D> as Inside>::HELD,
        tells: <T::At<D> as Inside>::TELLS,
        mixes: <T::At<D> as Inside>::MIXES,
        ..held::<T, D>(if T::PATH.is_empty() { field } else { T::PATH }, at)
    }
}

const fn keys(all: &[u64]) -> u64 {
    let mut key = all.len() as u64;
    let mut i = 0;
    while i < all.len() {
        key = joined(key, all[i]);
        i += 1;
    }
    key
}

/// Types that hold several others and have no name.
macro_rules! tuples {
    ($($inside:ident [$($T:ident $field:literal $at:literal),+];)*) => {
        $(impl<$($T: Shape),+> Shape for ($($T,)+) {
            const HISTORY: &'static TypeHistory = &TypeHistory {
                held: <$inside<$($T,)+ super::Full> as Inside>::HELD,
                ..TypeHistory::LEAF
            };
            const KEY: u64 = keys(&[$($T::KEY),+]);
            const IS_LEAF: bool = true $(&& $T::IS_LEAF)+;
            type At<D: Depth> = $inside<$($T,)+ D>;
        }

        /// The parts of a tuple.
        #[derive(Debug)]
        pub struct $inside<$($T,)+ D>(PhantomData<($($T,)+ D)>);

        impl<$($T: Shape,)+ D: Depth> Inside for $inside<$($T,)+ D> {
            const HELD: &'static [Held] = &[$(held_here::<$T, D>($field, $at)),+];
            const TELLS: Told = all_tell(&[$(<$T::At<D> as Inside>::TELLS),+]);
        })*
    };
}

tuples! {
    Of1 [A "0" "/0"];
    Of2 [A "0" "/0", B "1" "/1"];
    Of3 [A "0" "/0", B "1" "/1", C "2" "/2"];
    Of4 [A "0" "/0", B "1" "/1", C "2" "/2", E "3" "/3"];
    Of5 [A "0" "/0", B "1" "/1", C "2" "/2", E "3" "/3", F "4" "/4"];
    Of6 [A "0" "/0", B "1" "/1", C "2" "/2", E "3" "/3", F "4" "/4", G "5" "/5"];
    Of7 [A "0" "/0", B "1" "/1", C "2" "/2", E "3" "/3", F "4" "/4", G "5" "/5", H "6" "/6"];
    Of8 [A "0" "/0", B "1" "/1", C "2" "/2", E "3" "/3", F "4" "/4", G "5" "/5", H "6" "/6", I "7" "/7"];
}

impl<T: Shape, E: Shape> Shape for Result<T, E> {
    const HISTORY: &'static TypeHistory =
        &TypeHistory { held: <OkOrErr<T, E, super::Full> as Inside>::HELD, ..TypeHistory::LEAF };
    const KEY: u64 = joined(joined(id("Result"), T::KEY), E::KEY);
    const IS_LEAF: bool = T::IS_LEAF && E::IS_LEAF;
    type At<D: Depth> = OkOrErr<T, E, D>;
}

/// What serde writes of a result: an object with one member.
#[derive(Debug)]
pub struct OkOrErr<T, E, D>(PhantomData<(T, E, D)>);

impl<T: Shape, E: Shape, D: Depth> Inside for OkOrErr<T, E, D> {
    const HELD: &'static [Held] = &[held_here::<T, D>("Ok", "/Ok"), held_here::<E, D>("Err", "/Err")];
    const TELLS: Told = <T::At<D> as Inside>::TELLS.and(<E::At<D> as Inside>::TELLS);
}
