//! What the arguments of a handler read, told by their types.

use crate::extract;
#[cfg(feature = "idempotency")]
use crate::idempotency::{Database, Steps, Tx};
use crate::transform::Versioned;
use crate::wire::Shape;
use crate::wire::history::TypeHistory;
use axum::extract::{Path, Query};
use axum::{Form, Json};
use std::marker::PhantomData;

/// What is known of the arguments of one type.
#[derive(Debug, Clone, Copy)]
pub struct Argument {
    /// What changed about what it reads in the shape of the served version.
    pub history: &'static TypeHistory,
    /// What changed about what it reads from the body in the shape of the served version.
    pub body: &'static TypeHistory,
    /// What changed about what it reads in the newest shape always.
    pub head: &'static TypeHistory,
    /// What to write in place of that.
    pub instead: &'static str,
    /// Whether it is known what it reads.
    pub is_known: bool,
    /// What it is called, if it needs an idempotency record.
    pub needs_record: &'static str,
}

impl Argument {
    const UNKNOWN: Self = Self {
        history: &TypeHistory::LEAF,
        body: &TypeHistory::LEAF,
        head: &TypeHistory::LEAF,
        instead: "",
        is_known: false,
        needs_record: "",
    };
    const KNOWN: Self = Self { is_known: true, ..Self::UNKNOWN };

    /// Returns what changed about what it reads, or that this is not known.
    pub const fn history_or_unknown(&self) -> &'static TypeHistory {
        if self.is_known { self.history } else { &TypeHistory::UNKNOWN }
    }
}

/// What an argument of type `T` reads, or what [`OtherArgument`] says.
#[derive(Debug)]
pub struct ArgumentOf<T>(PhantomData<T>);

/// The answer of [`ArgumentOf`] for every other type: it is an extractor of the user's.
pub trait OtherArgument {
    /// Nothing.
    const FACTS: Argument = Argument::UNKNOWN;
}

impl<T> OtherArgument for ArgumentOf<T> {}

/// Asks what an argument of type `T` reads.
#[derive(Debug)]
pub struct Ask<T>(PhantomData<T>);

impl<T> Ask<T> {
    /// Asks an argument of type `T`.
    pub const fn argument() -> Self {
        Self(PhantomData)
    }
}

/// The types that an argument reads.
#[derive(Debug)]
pub struct Read<T>(PhantomData<T>);

/// Asks that the shapes of what an argument reads are known.
pub const fn known<T: Shape>(_: Read<T>) {}

/// The answer of [`Ask`] for every other type.
pub trait Asked: Sized {
    /// It may read anything.
    fn read(self) -> Read<()> {
        Read(PhantomData)
    }
}

impl<T> Asked for Ask<T> {}

/// Each place, also in an option or in a result.
macro_rules! places {
    ($([$($T:ident),+] $place:ty: $read:ty => $facts:expr;)*) => { $(
        places!(one [$($T),+;] $place: $read => $facts);
        places!(one [$($T),+;] Option<$place>: $read => $facts);
        places!(one [$($T),+; E] Result<$place, E>: $read => $facts);
    )* };
    (one [$($T:ident),+; $($E:ident)?] $place:ty: $read:ty => $facts:expr) => {
        impl<$($T: Shape,)+ $($E)?> ArgumentOf<$place> {
            /// What it reads.
            pub const FACTS: Argument = $facts;
        }

        impl<$($T,)+ $($E)?> Ask<$place> {
            /// Returns it.
            pub fn read(self) -> Read<$read> {
                Read(PhantomData)
            }
        }
    };
}

places! {
    [T] Versioned<T>: T => body(T::HISTORY);
    [T] extract::Form<T>: T => body(T::HISTORY);
    [T] extract::Query<T>: T => part(T::HISTORY);
    [T] extract::Path<T>: T => part(T::HISTORY);
    [T] extract::Headers<T>: T => part(T::HISTORY);
    [T] extract::Cookies<T>: T => part(T::HISTORY);
    [T] Json<T>: T => at_head("`Versioned` in place of `Json`", T::HISTORY);
    [T] Form<T>: T => at_head("`steadfast::extract::Form` in place of `Form`", T::HISTORY);
    [T] Query<T>: T => at_head("`steadfast::extract::Query` in place of `Query`", T::HISTORY);
    [T] Path<T>: T => at_head("`steadfast::extract::Path` in place of `Path`", T::HISTORY);
}

#[cfg(feature = "ws")]
places! {
    [In, Out] crate::socket::Upgrade<In, Out>: (In, Out) => part(&TypeHistory {
        held: &[
            super::response::part("0", In::HISTORY, || In::HISTORY),
            super::response::part("1", Out::HISTORY, || Out::HISTORY),
        ],
        ..TypeHistory::LEAF
    });
}

const fn body(history: &'static TypeHistory) -> Argument {
    Argument { history, body: history, ..Argument::KNOWN }
}

const fn part(history: &'static TypeHistory) -> Argument {
    Argument { history, ..Argument::KNOWN }
}

const fn at_head(instead: &'static str, head: &'static TypeHistory) -> Argument {
    Argument { head, instead, ..Argument::KNOWN }
}

#[cfg(feature = "idempotency")]
impl<D: Database> ArgumentOf<Tx<D>> {
    /// It needs a record.
    pub const FACTS: Argument = Argument { needs_record: "Tx", ..Argument::KNOWN };
}

#[cfg(feature = "idempotency")]
impl ArgumentOf<Steps> {
    /// It needs a record.
    pub const FACTS: Argument = Argument { needs_record: "Steps", ..Argument::KNOWN };
}
