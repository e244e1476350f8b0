//! Facts about the types of a handler, told by the types and not by their names.
//!
//! `IsTransaction::<T>::VALUE` is an inherent constant where `T` is what is asked about, also behind an alias, and that
//! of a trait for everything else.

use crate::extract;
#[cfg(feature = "idempotency")]
use crate::idempotency::{Database, Steps, Tx};
use crate::scope::Scope;
use crate::stream::Ndjson;
use axum::extract::{Path, Query, State};
use axum::response::Sse;
use axum::{Extension, Form};
use std::marker::PhantomData;

/// Whether the type is a [`Tx`].
#[derive(Debug)]
pub struct IsTransaction<T>(PhantomData<T>);

/// Whether the type is `Steps`.
#[derive(Debug)]
pub struct IsSteps<T>(PhantomData<T>);

/// Whether the type says who calls.
#[derive(Debug)]
pub struct IsScope<T>(PhantomData<T>);

/// What the type is called, if it cannot be replayed, or not in every handler.
#[derive(Debug)]
pub struct Unrepeatable<T>(PhantomData<T>);

/// What the type is called, if it is an extractor that refuses nobody.
#[derive(Debug)]
pub struct NeverRefuses<T>(PhantomData<T>);

/// What the type is called, if it reads something else than a JSON body.
#[derive(Debug)]
pub struct NotJson<T>(PhantomData<T>);

/// The answer for every other type.
pub trait Otherwise {
    /// It is not.
    const VALUE: bool = false;

    /// It is none of these.
    const NAME: &'static str = "";
}

impl<T> Otherwise for IsTransaction<T> {}

impl<T> Otherwise for IsSteps<T> {}

impl<T> Otherwise for IsScope<T> {}

impl<T> Otherwise for Unrepeatable<T> {}

impl<T> Otherwise for NeverRefuses<T> {}

impl<T> Otherwise for NotJson<T> {}

#[cfg(feature = "idempotency")]
impl<D: Database> IsTransaction<Tx<D>> {
    /// It is.
    pub const VALUE: bool = true;
}

#[cfg(feature = "idempotency")]
impl IsSteps<Steps> {
    /// It is.
    pub const VALUE: bool = true;
}

impl<T: Scope> IsScope<T> {
    /// It does.
    pub const VALUE: bool = true;
}

#[cfg(feature = "idempotency")]
impl Unrepeatable<Steps> {
    /// Not beside a transaction.
    pub const NAME: &'static str = "Steps";
}

impl<S> Unrepeatable<Sse<S>> {
    /// It is.
    pub const NAME: &'static str = "Sse";
}

impl<S> Unrepeatable<Ndjson<S>> {
    /// It is.
    pub const NAME: &'static str = "Ndjson";
}

#[cfg(feature = "ws")]
impl Unrepeatable<axum::extract::ws::WebSocketUpgrade> {
    /// It becomes one.
    pub const NAME: &'static str = "WebSocketUpgrade";
}

#[cfg(feature = "ws")]
impl<In, Out> Unrepeatable<crate::socket::Upgrade<In, Out>> {
    /// It becomes one.
    pub const NAME: &'static str = "Upgrade";
}

/// The answer of a handler whose type has no name.
#[derive(Debug)]
pub struct Replies<T>(PhantomData<T>);

impl<T> Replies<T> {
    /// That of the handler with this future.
    pub fn of<F: Future<Output = T>>(_: F) -> Self {
        Self(PhantomData)
    }
}

/// What [`Replies`] says of every other type.
pub trait Ends: Sized {
    /// It ends.
    fn ends(self) {}
}

impl<T> Ends for Replies<T> {}

/// Implemented by nothing that is asked: its message is what is told.
#[diagnostic::on_unimplemented(
    message = "an idempotent handler cannot answer with this, because a stream cannot be replayed",
    label = "a stream",
    note = "answer with where the stream is, such as `Created`, and send it from an endpoint with `#[get]`"
)]
pub trait Repeatable {}

impl<S> Replies<Sse<S>> {
    /// It does not.
    pub fn ends(self)
    where
        Sse<S>: Repeatable,
    {
    }
}

impl<S, E> Replies<Result<Sse<S>, E>> {
    /// It does not.
    pub fn ends(self)
    where
        Sse<S>: Repeatable,
    {
    }
}

impl<S> Replies<Ndjson<S>> {
    /// It does not.
    pub fn ends(self)
    where
        Ndjson<S>: Repeatable,
    {
    }
}

impl<S, E> Replies<Result<Ndjson<S>, E>> {
    /// It does not.
    pub fn ends(self)
    where
        Ndjson<S>: Repeatable,
    {
    }
}

impl<T> NeverRefuses<Option<T>> {
    /// It does not.
    pub const NAME: &'static str = "Option";
}

impl<T, E> NeverRefuses<Result<T, E>> {
    /// It does not.
    pub const NAME: &'static str = "Result";
}

impl<T> NeverRefuses<State<T>> {
    /// It does not.
    pub const NAME: &'static str = "State";
}

macro_rules! not_json {
    ($($name:literal: $([$($parameter:ident),*] $place:ty),*;)*) => {
        $($(impl<$($parameter),*> NotJson<$place> {
            /// It does.
            pub const NAME: &'static str = $name;
        })*)*
    };
}

not_json! {
    "Form": [T] Form<T>, [T] extract::Form<T>;
    "Query": [T] Query<T>, [T] extract::Query<T>;
    "Path": [T] Path<T>, [T] extract::Path<T>;
    "Headers": [T] extract::Headers<T>;
    "Cookies": [T] extract::Cookies<T>;
    "State": [T] State<T>;
    "Extension": [T] Extension<T>;
}
