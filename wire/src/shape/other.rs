//! Implementations of serde's traits that `#[versioned]` did not write.

use serde::Serialize;
use serde::de::DeserializeOwned;
use std::marker::PhantomData;

/// Whether `T` is written.
#[derive(Debug)]
pub struct OtherSerialize<T>(PhantomData<T>);

impl<T: Serialize> OtherSerialize<T> {
    /// It is.
    pub const IS_THERE: bool = true;
}

/// Whether `T` is read.
#[derive(Debug)]
pub struct OtherDeserialize<T>(PhantomData<T>);

impl<T: DeserializeOwned> OtherDeserialize<T> {
    /// It is.
    pub const IS_THERE: bool = true;
}

/// The answer of both for every other type.
pub trait NoOther {
    /// It is not.
    const IS_THERE: bool = false;
}

impl<T> NoOther for OtherSerialize<T> {}

impl<T> NoOther for OtherDeserialize<T> {}

/// In the bounds of an implementation that only keeps others away.
#[derive(Debug)]
pub struct NotDerived<T>(PhantomData<T>);

/// Implemented by nothing.
#[diagnostic::on_unimplemented(
    message = "`#[versioned]` does not implement this for the type in `{Self}`, because it stands in none of the derives below it",
    label = "not derived"
)]
pub trait Derived {}
