//! What the expansion of `#[versioned]` leaves to the compiler's inference.

use crate::{mode, place};
use serde::{Deserializer, ser};
use std::borrow::Cow;
use std::fmt::Display;

/// A downgrade of one column.
pub type Function1<A, R> = fn(A) -> R;
/// A downgrade of two columns.
pub type Function2<A, B, R> = fn(A, B) -> R;
/// A downgrade of three columns.
pub type Function3<A, B, C, R> = fn(A, B, C) -> R;
/// A downgrade of four columns.
pub type Function4<A, B, C, D, R> = fn(A, B, C, D) -> R;

/// What an `upgrade` may return for a column of type `T`.
#[diagnostic::on_unimplemented(
    message = "this upgrade returns `{Self}`, where the newer shape has `{T}`",
    label = "must return `{T}`, or `Result<{T}, E>` with an `E: Display`"
)]
pub trait Upgraded<T> {
    /// The column, or why there is none; `place` is where the client has what it is made of.
    fn into_result<'de, D: Deserializer<'de>>(self, place: &'static str) -> Result<T, D::Error>;
}

impl<T> Upgraded<T> for T {
    fn into_result<'de, D: Deserializer<'de>>(self, _: &'static str) -> Result<T, D::Error> {
        Ok(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T, F: Display> Upgraded<T> for Result<T, F> {
    fn into_result<'de, D: Deserializer<'de>>(self, place: &'static str) -> Result<T, D::Error> {
        self.map_err(|why| place::refused::<D>(&why, place))
    }
}

/// What an `upgrade` returned, as a column or an error of the format.
pub fn upgraded<'de, T, U: Upgraded<T>, D: Deserializer<'de>>(
    value: U,
    place: &'static str,
) -> Result<T, D::Error> {
    value.into_result::<D>(place)
}

/// What a `downgrade` may return where older clients see a `T`.
#[diagnostic::on_unimplemented(
    message = "this downgrade returns `{Self}`, where the older shape has `{T}`",
    label = "must return `{T}`, or `Result<{T}, E>` with an `E: Display`"
)]
pub trait Downgraded<T> {
    /// What they see, or why there is none; `statement` says whose downgrade it is.
    fn into_result<E: ser::Error>(self, statement: &'static str) -> Result<T, E>;
}

impl<T> Downgraded<T> for T {
    #[inline]
    fn into_result<E: ser::Error>(self, _: &'static str) -> Result<T, E> {
        Ok(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T, F: Display> Downgraded<T> for Result<T, F> {
    #[inline]
    fn into_result<E: ser::Error>(self, statement: &'static str) -> Result<T, E> {
        self.map_err(|why| E::custom(format_args!("the downgrade of {statement}, failed: {why}")))
    }
}

/// What a `downgrade` returned, as what older clients see or an error of the format.
#[inline]
pub fn downgraded<T, U: Downgraded<T>, E: ser::Error>(value: U, statement: &'static str) -> Result<T, E> {
    value.into_result(statement)
}

/// What the `check` of `constrained` may return.
#[diagnostic::on_unimplemented(
    message = "this check returns `{Self}`, which does not say whether the value is refused",
    label = "must return `Result<(), E>` with an `E: Display`"
)]
pub trait Checked {
    /// Why the value is refused, if it is.
    fn refusal(&self) -> Option<&dyn Display>;
}

impl<E: Display> Checked for Result<(), E> {
    fn refusal(&self) -> Option<&dyn Display> {
        self.as_ref().err().map(|why| why as _)
    }
}

/// What a `check` returned, as an error of the format. `older` is where the value is in older shapes, each with the date
/// before which it is there, and `head` where in the newest.
#[allow(clippy::needless_pass_by_value, reason = "what a check returns is of no other use")]
pub fn checked<'de, R: Checked, D: Deserializer<'de>>(
    result: R,
    older: &'static [(u32, &'static str)],
    head: &'static str,
) -> Result<(), D::Error> {
    match result.refusal() {
        None => Ok(()),
        Some(why) => {
            let older = older.iter().find(|(until, _)| mode::at() < *until);
            Err(place::refused::<D>(why, older.map_or(head, |(_, place)| *place)))
        }
    }
}

/// What `default = ..` may be for a column of type `T`. `M` tells the two impls apart.
#[diagnostic::on_unimplemented(
    message = "this default is `{Self}`, where the column is `{T}`",
    label = "must be a `{T}`, or a function that returns one"
)]
pub trait Given<T, M> {
    /// The column.
    fn value(self) -> T;
}

/// `default` is a value.
#[derive(Debug)]
pub struct Value;

/// `default` is a function.
#[derive(Debug)]
pub struct Function;

impl<T> Given<T, Value> for T {
    fn value(self) -> T {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<T, F: FnOnce() -> T> Given<T, Function> for F {
    fn value(self) -> T {
        self()
    }
}

/// What `default = ..` says.
pub fn given<T, G: Given<T, M>, M>(given: G) -> T {
    given.value()
}

/// The name of a shape's schema; the head has no suffix.
pub fn shape_name(name: impl Into<Cow<'static, str>>, suffix: &str) -> Cow<'static, str> {
    let name = name.into();
    if suffix.is_empty() { name } else { Cow::Owned(name.into_owned() + suffix) }
}

/// A type that is itself, and that mentions the parameter `M` on the way.
pub trait Same<M: ?Sized> {
    /// The type.
    type Type;
}

impl<T, M: ?Sized> Same<M> for T {
    type Type = T;
}

/// A value where only types are asked of, for a call that is never made.
///
/// # Panics
/// Always.
pub fn any<T>() -> T {
    #[allow(clippy::unreachable, reason = "nobody calls it")]
    {
        unreachable!()
    }
}
