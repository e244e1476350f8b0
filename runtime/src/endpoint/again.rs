//! What an endpoint knows of its types for a retry at another version than the first request's: what it asks, and what
//! is answered.

use super::meta::{Meta, Range};
use super::statement::Part;
use crate::extract;
use crate::idempotency::{Restated, same_intent};
use crate::transform::generated::History;
use crate::transform::history::TypeHistory;
use crate::transform::newest::Telling;
use crate::transform::restated::{Restating, differs, lies_between};
use crate::transform::{Created, Versioned};
use bytes::Bytes;
use http::StatusCode;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt;
use std::marker::PhantomData;
use steadfast_core::Date;

/// What of a request one argument of a handler reads, if it counts.
#[derive(Debug, Clone, Copy)]
pub struct Reads {
    /// How a body is said at another version.
    pub restating: Option<Restating>,
    /// The history of its type, if it has one.
    pub history: Option<&'static TypeHistory>,
}

impl Reads {
    /// By the first that there is.
    pub const fn new(restating: [Option<Restating>; 3], history: Option<&'static TypeHistory>) -> Self {
        let restating = match restating {
            [Some(restating), ..] | [None, Some(restating), _] | [None, None, Some(restating)] => {
                Some(restating)
            }
            [None, None, None] => None,
        };
        Self { restating, history }
    }
}

macro_rules! restated {
    ($($probe:ident: [$($bound:tt)+] by $how:ident;)*) => {
        $(
            /// How a body of this type is said at another version: `RESTATING`, or that of [`NotRestated`] for all others.
            #[derive(Debug)]
            pub struct $probe<T>(PhantomData<T>);

            impl<T: $($bound)+> $probe<Versioned<T>> {
                /// By its type.
                pub const RESTATING: Option<Restating> = Some(Restating::$how::<T>());
            }

            impl<T: $($bound)+> $probe<Option<Versioned<T>>> {
                /// By its type.
                pub const RESTATING: Option<Restating> = Some(Restating::$how::<T>());
            }

            impl<T: $($bound)+, E> $probe<Result<Versioned<T>, E>> {
                /// By its type.
                pub const RESTATING: Option<Restating> = Some(Restating::$how::<T>());
            }

            impl<T> NotRestated for $probe<T> {}
        )*
    };
}

/// The answer for everything that is no such body.
pub trait NotRestated {
    /// Not at all.
    const RESTATING: Option<Restating> = None;
}

restated! {
    RestatedBy: [Serialize + DeserializeOwned] by written;
    RepeatedBy: [fmt::Debug + DeserializeOwned] by shown;
    ReadBy: [DeserializeOwned] by read;
}

/// A place of a request that counts and is read in the shape of the version: as the body does, so does a query.
pub trait Asks {
    /// The history of what stands there.
    const HISTORY: &'static TypeHistory;

    /// How many keys or positions stand around it, such as one in a list.
    const NESTING: usize;
}

macro_rules! asks {
    ($([$($parameters:tt)*] $place:ty, $held:ty as $held_trait:ident;)*) => {
        $(impl<$($parameters)*> Asks for $place {
            const HISTORY: &'static TypeHistory = <$held as $held_trait>::HISTORY;
            const NESTING: usize = <$held as $held_trait>::NESTING;
        })*
    };
}

asks! {
    [T: History] Versioned<T>, T as History;
    [T: History] extract::Query<T>, T as History;
    [T: History] extract::Path<T>, T as History;
    [T: History] extract::Form<T>, T as History;
    [T: Asks] Option<T>, T as Asks;
    [T: Asks, E] Result<T, E>, T as Asks;
}

/// What stands in an argument of type `T` that counts: `HISTORY`, or that of [`NotAsked`].
#[derive(Debug)]
pub struct AskedBy<T>(PhantomData<T>);

impl<T: Asks> AskedBy<T> {
    /// Its history.
    pub const HISTORY: Option<&'static TypeHistory> = Some(T::HISTORY);
    /// How many keys or positions stand around what has it.
    pub const NESTING: usize = T::NESTING;
}

/// The answer for every other type.
pub trait NotAsked {
    /// It has none.
    const HISTORY: Option<&'static TypeHistory> = None;
    /// None.
    const NESTING: usize = 0;
}

impl<T> NotAsked for AskedBy<T> {}

/// A type of an answer whose body can be told at another version, or one that is made around such a type.
pub trait Tells {
    /// How.
    const TELLING: Telling;
}

impl<T: History + Serialize + DeserializeOwned + 'static> Tells for Versioned<T> {
    const TELLING: Telling = Telling::of::<T>();
}

macro_rules! tells {
    ($([$($parameters:tt)*] $whole:ty;)*) => {
        $(impl<$($parameters)*> Tells for $whole {
            const TELLING: Telling = T::TELLING;
        })*
    };
}

tells! {
    [T: Tells] Created<T>;
    [T: Tells] Option<T>;
    [T: Tells, E] Result<T, E>;
    [A, T: Tells] (A, T);
    [A, B, T: Tells] (A, B, T);
    [A, B, C, T: Tells] (A, B, C, T);
}

/// How an answer of type `T` is told at another version: `ToldBy::<T>::TELLING`, or that of [`NotTold`].
#[derive(Debug)]
pub struct ToldBy<T>(PhantomData<T>);

impl<T: Tells> ToldBy<T> {
    /// By its type.
    pub const TELLING: Option<Telling> = Some(T::TELLING);
}

/// How the error of an answer is.
#[derive(Debug)]
pub struct ErrorToldBy<T>(PhantomData<T>);

impl<T, E: Tells> ErrorToldBy<Result<T, E>> {
    /// By its type.
    pub const TELLING: Option<Telling> = Some(E::TELLING);
}

/// The answer of [`ToldBy`] and [`ErrorToldBy`] for every other type.
pub trait NotTold {
    /// Not at all.
    const TELLING: Option<Telling> = None;
}

impl<T> NotTold for ToldBy<T> {}

impl<T> NotTold for ErrorToldBy<T> {}

/// What a request with `body` at one version would be at another.
pub(crate) fn restate(meta: &Meta, reads: &[Reads], body: &Bytes, (from, to): (Date, Date)) -> Restated {
    let mut bodies = reads.iter().filter_map(|reads| Some((reads.restating?, reads.history)));
    let read = bodies.next().filter(|_| !body.is_empty());
    // What its own version cannot read asks for nothing there. It is an older request, sent once more by a client that
    // has been given another version in the meantime.
    let mut moves = meta.statements.iter().filter(|statement| statement.parts.contains(&Part::Request));
    let is_read_as_now = moves.clone().all(|statement| statement.date <= from);
    if is_read_as_now && read.is_some_and(|(restating, _)| !restating.reads(body, from)) {
        return Restated::Foreign;
    }
    let is_read_elsewhere = moves.any(|statement| lies_between(statement.date, from, to));
    // What is no body cannot be said in other words, and in the same words it may say something else.
    let is_read_otherwise = reads
        .iter()
        .filter(|reads| reads.restating.is_none())
        .filter_map(|reads| reads.history)
        .any(|history| differs(history, from, to));
    if !answers(meta, to) || is_read_elsewhere || is_read_otherwise {
        return Restated::As(Vec::new());
    }
    let typed = meta.idempotent.map_or(&[][..], |policy| policy.options.typed);
    let same = |one: &[u8], other: &[u8]| same_intent(typed, one, other);
    match read {
        Some((restating, history)) => Restated::As(restating.restate(history, body, (from, to), &same)),
        None => Restated::Alike,
    }
}

/// Whether a version is one of the endpoint's: before and behind them another may have the same path.
fn answers(meta: &Meta, version: Date) -> bool {
    match meta.range {
        Range::Neutral => true,
        Range::Versions { since, until, .. } => since <= version && until.is_none_or(|until| version < until),
    }
}

/// Whether an answer with this status, but for the shape of its body, is the same at both versions.
pub(crate) fn answers_alike(meta: &Meta, status: StatusCode, one: Date, other: Date) -> bool {
    if !answers(meta, one) || !answers(meta, other) {
        return false;
    }
    let between = meta.statements.iter().filter(|statement| lies_between(statement.date, one, other));
    between.flat_map(|statement| statement.parts).all(|part| match part {
        Part::Request => true,
        Part::Response | Part::Header { .. } => false,
        // Some statuses are without a body.
        Part::Status { new, old } => {
            ![*new, *old].contains(&status.as_u16())
                || ![*new, *old].iter().any(|status| matches!(status, 204 | 205 | 304))
        }
    })
}
