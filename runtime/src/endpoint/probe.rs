//! Facts about the types of a handler, told by the types and not by their names.
//!
//! `IsTransaction::<T>::VALUE` is an inherent constant where `T` is what is asked about, also behind an alias, and that
//! of a trait for everything else.

use crate::idempotency::{Database, Tx};
use crate::transform::Versioned;
use crate::transform::generated::History;
use crate::transform::history::TypeHistory;
use axum::Json;
use axum::extract::Query;
use std::marker::PhantomData;

/// Whether the type is a [`Tx`].
#[derive(Debug)]
pub struct IsTransaction<T>(PhantomData<T>);

/// Whether the type is a body that is always in the newest shape, of a type that has others.
#[derive(Debug)]
pub struct IsHeadOnly<T>(PhantomData<T>);

/// Whether the type is a body in the shape of the served version, of a type that has several.
#[derive(Debug)]
pub struct IsVersioned<T>(PhantomData<T>);

/// The history of `T`, if it stands in a body `B` that is in the shape of the served version.
#[derive(Debug)]
pub struct InBody<B, T>(PhantomData<(B, T)>);

impl<B, T: History> InBody<Versioned<B>, T> {
    /// Its history.
    pub const HISTORY: Option<&'static TypeHistory> = Some(T::HISTORY);
}

/// The answer of [`InBody`] for every other type.
pub trait NotInBody {
    /// It has none.
    const HISTORY: Option<&'static TypeHistory> = None;
}

impl<B, T> NotInBody for InBody<B, T> {}

/// The answer for every other type.
pub trait Otherwise {
    /// It is not.
    const VALUE: bool = false;
}

impl<T> Otherwise for IsTransaction<T> {}

impl<T> Otherwise for IsHeadOnly<T> {}

impl<T> Otherwise for IsVersioned<T> {}

impl<D: Database> IsTransaction<Tx<D>> {
    /// It is.
    pub const VALUE: bool = true;
}

impl<T: History> IsHeadOnly<Json<T>> {
    /// It is.
    pub const VALUE: bool = true;
}

impl<T: History> IsHeadOnly<Query<T>> {
    /// It is.
    pub const VALUE: bool = true;
}

impl<T: History> IsVersioned<Versioned<T>> {
    /// It is.
    pub const VALUE: bool = true;
}
