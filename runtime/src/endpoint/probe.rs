//! Facts about the types of a handler, told by the types and not by their names.
//!
//! `IsTransaction::<T>::VALUE` is an inherent constant where `T` is what is asked about, also behind an alias, and that
//! of a trait for everything else.

use crate::idempotency::{Database, Tx};
use crate::transform::Versioned;
use crate::transform::generated::History;
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
