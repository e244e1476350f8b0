//! What an endpoint knows of its types for a retry at another version than the first request's: what it asks, and what
//! is answered.

use super::meta::{Meta, Range};
use super::statement::Part;
use crate::idempotency::{Restated, same_json};
use crate::transform::generated::History;
use crate::transform::history::TypeHistory;
use crate::transform::newest::Telling;
use crate::transform::restated::{Restating, differs, lies_between};
use crate::transform::{Created, Versioned};
use bytes::Bytes;
use http::StatusCode;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::marker::PhantomData;
use steadfast_core::Date;

/// What one argument of a handler reads of a request.
#[derive(Debug, Clone, Copy)]
pub struct Reads {
    /// How its body is said at another version, if it is one.
    pub restating: Option<Restating>,
    /// The history of its type, if it has one.
    pub history: Option<&'static TypeHistory>,
}

/// How the bodies of `T` are said at another version: `RestatedBy::<T>::RESTATING`, or that of [`NotRestated`] for
/// everything that is no body which can be read and written.
#[derive(Debug)]
pub struct RestatedBy<T>(PhantomData<T>);

impl<T: Serialize + DeserializeOwned> RestatedBy<Versioned<T>> {
    /// By its type.
    pub const RESTATING: Option<Restating> = Some(Restating::of::<T>());
}

/// The answer of [`RestatedBy`] for every other type.
pub trait NotRestated {
    /// Not at all.
    const RESTATING: Option<Restating> = None;
}

impl<T> NotRestated for RestatedBy<T> {}

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
    let is_reshaped = |reads: &&Reads| reads.history.is_some_and(|history| differs(history, from, to));
    let is_read_elsewhere = meta
        .statements
        .iter()
        .any(|statement| lies_between(statement.date, from, to) && statement.parts.contains(&Part::Request));
    let (bodies, others): (Vec<&Reads>, Vec<&Reads>) =
        reads.iter().partition(|reads| reads.restating.is_some());
    if !answers(meta, to) || is_read_elsewhere || others.iter().any(is_reshaped) {
        return Restated::Unknown;
    }
    match bodies[..] {
        [Reads { restating: Some(restating), history }] if !body.is_empty() => {
            Restated::As(restating.restate(*history, body, (from, to), same_json))
        }
        [] | [_] => Restated::Alike,
        _ => Restated::Unknown,
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
