//! The histories of the types that a handler reads and answers in the shape of the served version, told by the types.

use crate::extract;
use crate::stream::Ndjson;
use crate::transform::generated::History;
use crate::transform::history::TypeHistory;
use crate::transform::{Created, Versioned};
use axum::response::Sse;
use std::marker::PhantomData;

/// The history of `T`, if it stands in a place `B` that is in the shape of the served version.
#[derive(Debug)]
pub struct InBody<B, T>(PhantomData<(B, T)>);

macro_rules! places {
    ($([$($parameter:ident),*] $place:ty;)*) => {
        $(impl<$($parameter,)* T: History> InBody<$place, T> {
            /// Its history.
            pub const HISTORY: Option<&'static TypeHistory> = Some(T::HISTORY);
        })*
    };
}

places! {
    [B] Versioned<B>;
    [B] extract::Query<B>;
    [B] extract::Path<B>;
    [B] extract::Form<B>;
    [B] extract::Headers<B>;
    [B] extract::Cookies<B>;
    [S] Ndjson<S>;
    [S] Sse<S>;
}

#[cfg(feature = "ws")]
places! { [In, Out] crate::socket::Upgrade<In, Out>; }

/// A type of a signature that is such a place, or is made around one: an alias shows no part of it.
pub trait Shows {
    /// The history of what stands there.
    const HISTORY: &'static TypeHistory;
}

/// What stands in a type of a signature, if it shows it.
#[derive(Debug)]
pub struct InWhole<T>(PhantomData<T>);

impl<T: Shows> InWhole<T> {
    /// Its history.
    pub const HISTORY: Option<&'static TypeHistory> = Some(T::HISTORY);
}

/// What stands in the error of an answer.
#[derive(Debug)]
pub struct InError<T>(PhantomData<T>);

impl<T, E: Shows> InError<Result<T, E>> {
    /// Its history.
    pub const HISTORY: Option<&'static TypeHistory> = Some(E::HISTORY);
}

/// An argument that is a body in the shape of the served version.
pub trait Written {
    /// The history of what it holds.
    const HISTORY: &'static TypeHistory;
}

/// The history of a body of type `T`.
#[derive(Debug)]
pub struct WrittenBy<T>(PhantomData<T>);

impl<T: Written> WrittenBy<T> {
    /// That of what it holds.
    pub const HISTORY: Option<&'static TypeHistory> = Some(T::HISTORY);
}

/// The answer for every other type.
pub trait NotInBody {
    /// It has none.
    const HISTORY: Option<&'static TypeHistory> = None;
}

impl<B, T> NotInBody for InBody<B, T> {}

impl<T> NotInBody for InWhole<T> {}

impl<T> NotInBody for InError<T> {}

impl<T> NotInBody for WrittenBy<T> {}

macro_rules! written {
    ($([$($parameters:tt)*] $body:ty, $held:ty as $held_trait:ident;)*) => {
        $(impl<$($parameters)*> Written for $body {
            const HISTORY: &'static TypeHistory = <$held as $held_trait>::HISTORY;
        })*
    };
}

written! {
    [T: History] Versioned<T>, T as History;
    [T: History] extract::Form<T>, T as History;
    [T: Written] Option<T>, T as Written;
    [T: Written, E] Result<T, E>, T as Written;
}

macro_rules! shows {
    ($([$($parameters:tt)*] $place:ty, $held:ty as $held_trait:ident;)*) => {
        $(impl<$($parameters)*> Shows for $place {
            const HISTORY: &'static TypeHistory = <$held as $held_trait>::HISTORY;
        })*
    };
}

shows! {
    [T: History] Versioned<T>, T as History;
    [T: History] extract::Query<T>, T as History;
    [T: History] extract::Path<T>, T as History;
    [T: History] extract::Form<T>, T as History;
    [T: History] extract::Headers<T>, T as History;
    [T: History] extract::Cookies<T>, T as History;
    [T: Shows] Created<T>, T as Shows;
    [T: Shows] Option<T>, T as Shows;
    [T: Shows, E] Result<T, E>, T as Shows;
    [A, T: Shows] (A, T), T as Shows;
    [A, B, T: Shows] (A, B, T), T as Shows;
    [A, B, C, T: Shows] (A, B, C, T), T as Shows;
}

/// It may be of anything.
impl<B> Shows for http::Response<B> {
    const HISTORY: &'static TypeHistory = &TypeHistory::UNKNOWN;
}
