//! How the requests of an endpoint are compared, as far as the types of its arguments tell.

use super::meta::{Meta, Range};
use crate::endpoint_change::Part;
use crate::extract;
use crate::transform::Versioned;
use crate::transform::typed::{BodyReader, TypedBody};
use crate::wire::fingerprinted::Fingerprinted;
use crate::wire::history::{ChangeVerb, TypeHistory};
use crate::wire::shape::Shape;
use axum::Json;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::marker::PhantomData;
use steadfast_core::Date;

/// How the requests of an endpoint are compared.
#[derive(Debug, Clone, Copy)]
pub struct BodyComparison {
    /// What the last argument reads, which may be the body.
    pub last: ReadBody,
    /// The histories of what the other arguments read, such as a query.
    pub others: &'static [Option<&'static TypeHistory>],
    /// The bodies that the endpoint read before a date; the dates descend.
    pub older: &'static [(Date, &'static [Option<TypedBody>])],
}

/// What one argument reads.
#[derive(Debug, Clone, Copy)]
pub struct ReadBody {
    /// How it is read, if it is a body in the shape of the served version.
    pub reader: Option<BodyReader>,
    /// How it is written to be compared.
    pub typed: Option<TypedBody>,
    /// The history of its type, if it has one.
    pub history: Option<&'static TypeHistory>,
}

impl ReadBody {
    /// Nothing.
    pub const NONE: Self = Self { reader: None, typed: None, history: None };
}

impl BodyComparison {
    /// Texts are compared, and mean the same at every version.
    pub const TEXT: Self = Self { last: ReadBody::NONE, others: &[], older: &[] };

    /// Returns how the body of a request at `version` is written to be compared; `None` if only texts can be.
    pub(crate) fn typed(&self, version: Option<Date>) -> Option<TypedBody> {
        let is_older = |date: &Date| version.is_some_and(|version| version < *date);
        match self.older.iter().rev().find(|(until, _)| is_older(until)) {
            Some((_, bodies)) => bodies.iter().copied().flatten().next(),
            None => self.last.typed,
        }
    }

    /// Returns whether requests at two versions can be the same: whether the endpoint serves both, and reads everything
    /// but the body alike.
    pub(crate) fn is_comparable(&self, meta: &Meta, one: Date, other: Date) -> bool {
        let is_between = |date| lies_between(date, one, other);
        let is_reshaped = |history: &'static TypeHistory| history.differs(one, other);
        let last = self.last.history.filter(|_| self.last.reader.is_none());
        serves(meta, one)
            && serves(meta, other)
            && !meta.statements.iter().any(|it| is_between(it.date) && it.parts.contains(&Part::Request))
            && !self.others.iter().copied().flatten().chain(last).any(is_reshaped)
    }

    /// Returns whether the text `body` means the same at two versions.
    pub(crate) fn is_read_alike(&self, body: &[u8], one: Date, other: Date) -> bool {
        match (self.last.reader, self.last.history) {
            (None, _) => true,
            (Some(reader), history) => {
                // A body may hold nothing of what changed.
                history.is_some_and(|history| !history.differs(one, other))
                    || !reader.depends_on_version(body, one)
            }
        }
    }

    /// Returns whether `body` can be read at a version, as far as that is known.
    pub(crate) fn is_readable(&self, body: &[u8], version: Date) -> bool {
        self.last.reader.is_none_or(|reader| reader.is_readable(body, version))
    }

    /// Returns whether the value tells all of a body at `version`: if not, two bodies may differ that are one value.
    pub(crate) fn is_faithful(&self, version: Date) -> bool {
        let Some(history) = self.last.history else { return true };
        let mut changes = history.with_held().into_iter().flat_map(|history| history.changes);
        !changes.any(|change| {
            version < change.date
                && !matches!(change.verb, ChangeVerb::Added | ChangeVerb::Renamed | ChangeVerb::Constrained)
        })
    }
}

/// Returns whether the endpoint serves a version: before and after its own another one may have the same path.
pub(super) fn serves(meta: &Meta, version: Date) -> bool {
    match meta.range {
        Range::Neutral => true,
        Range::Versions { since, until, .. } => since <= version && until.is_none_or(|until| version < until),
    }
}

/// Returns whether the one version is before a change and the other is not.
pub(super) fn lies_between(date: Date, one: Date, other: Date) -> bool {
    one.min(other) < date && date <= one.max(other)
}

/// A type of an argument that is a body in the shape of the served version.
pub trait Read {
    /// How it is read.
    const READER: BodyReader;
}

/// A type of such an argument, if its values can be written again.
pub trait Typed {
    /// How they are written to be compared; `None` if the macro does not know that what is written tells all of them, as of
    /// a type that holds one which is not `#[versioned]`: that one may write less than it reads.
    const TYPED: Option<TypedBody>;
}

/// A type of an argument that is a JSON body, of which some fields do not count.
pub trait CountedBody {
    /// How it is written to be compared.
    const TYPED: TypedBody;
}

/// A type of an argument that is read in the shape of the served version, and counts: a body, a query or a part of the path.
pub trait Historied {
    /// Its history.
    const HISTORY: &'static TypeHistory;
}

macro_rules! bodies {
    ($($body:ident [$($bound:tt)+] $of:ident: $constant:ident: $ty:ty = $value:expr;)*) => {
        $(impl<$of: $($bound)+> $body for Versioned<$of> {
            const $constant: $ty = $value;
        }

        impl<B: $body> $body for Option<B> {
            const $constant: $ty = B::$constant;
        }

        impl<B: $body, E> $body for Result<B, E> {
            const $constant: $ty = B::$constant;
        })*
    };
}

bodies! {
    Read [DeserializeOwned] T: READER: BodyReader = BodyReader::of::<T>();
    Typed [Shape + Serialize + DeserializeOwned + 'static] T: TYPED: Option<TypedBody> = TypedBody::whole::<T>();
    CountedBody [Fingerprinted + DeserializeOwned + 'static] T: TYPED: TypedBody = TypedBody::counted::<T>();
    Historied [Shape] T: HISTORY: &'static TypeHistory = T::HISTORY;
}

impl<T: Fingerprinted + DeserializeOwned + 'static> CountedBody for Json<T> {
    const TYPED: TypedBody = TypedBody::counted_at_head::<T>();
}

macro_rules! historied {
    ($($part:path),*) => {
        $(impl<T: Shape> Historied for $part {
            const HISTORY: &'static TypeHistory = T::HISTORY;
        })*
    };
}

historied!(extract::Query<T>, extract::Path<T>, extract::Form<T>);

/// How an argument of type `T` is read: `READER`, or that of [`NotRead`].
#[derive(Debug)]
pub struct ReadBy<T>(PhantomData<T>);

impl<T: Read> ReadBy<T> {
    /// By its type.
    pub const READER: Option<BodyReader> = Some(T::READER);
}

/// How an argument of type `T` is written to be compared: `TYPED`, or that of [`NotTyped`].
#[derive(Debug)]
pub struct TypedBy<T>(PhantomData<T>);

impl<T: Typed> TypedBy<T> {
    /// By its type.
    pub const TYPED: Option<TypedBody> = T::TYPED;
}

/// The same, if some of its fields do not count.
#[derive(Debug)]
pub struct CountedBy<T>(PhantomData<T>);

impl<T: CountedBody> CountedBy<T> {
    /// By its type.
    pub const TYPED: Option<TypedBody> = Some(T::TYPED);
}

/// The same of a `T` that an extractor of the user's holds.
#[derive(Debug)]
pub struct CountedIn<T>(PhantomData<T>);

impl<T: Fingerprinted + DeserializeOwned + 'static> CountedIn<T> {
    /// By its type.
    pub const TYPED: Option<TypedBody> = Some(TypedBody::counted::<T>());
}

/// The history of an argument of type `T` that counts: `HISTORY`, or that of [`NotRead`].
#[derive(Debug)]
pub struct HistoryBy<T>(PhantomData<T>);

impl<T: Historied> HistoryBy<T> {
    /// That of its type.
    pub const HISTORY: Option<&'static TypeHistory> = Some(T::HISTORY);
}

/// The answer of [`ReadBy`] and [`HistoryBy`] for every other type.
pub trait NotRead {
    /// Not known.
    const READER: Option<BodyReader> = None;
    /// It has none.
    const HISTORY: Option<&'static TypeHistory> = None;
}

impl<T> NotRead for ReadBy<T> {}

impl<T> NotRead for HistoryBy<T> {}

/// The answer of [`TypedBy`], [`CountedBy`] and [`CountedIn`] for every other type.
pub trait NotTyped {
    /// Not at all.
    const TYPED: Option<TypedBody> = None;
}

impl<T> NotTyped for TypedBy<T> {}

impl<T> NotTyped for CountedBy<T> {}

impl<T> NotTyped for CountedIn<T> {}

/// Returns how a body is written to be compared: by `counted`; else by one of `within`, the types between the angle
/// brackets of an extractor that is not called `other` and reads something else.
pub const fn counted(
    counted: Option<TypedBody>,
    other: &str,
    within: &[Option<TypedBody>],
) -> Option<TypedBody> {
    let mut i = 0;
    while i < within.len() && counted.is_none() && other.is_empty() {
        if within[i].is_some() {
            return within[i];
        }
        i += 1;
    }
    counted
}

/// Returns the first that there is.
pub const fn either(first: Option<TypedBody>, second: Option<TypedBody>) -> Option<TypedBody> {
    if first.is_some() { first } else { second }
}

#[cfg(test)]
#[cfg(feature = "idempotency")]
mod tests;
