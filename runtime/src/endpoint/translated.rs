//! Which types of response bodies can be translated to another version, as far as the type of a response tells.

use super::comparison::{lies_between, serves};
use super::meta::Meta;
use crate::endpoint_change::Part;
use crate::transform::translation::Translation;
use crate::transform::{Created, Versioned};
use crate::wire::shape::Shape;
use http::StatusCode;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::marker::PhantomData;
use steadfast_core::Date;

/// A type of a response whose body can be translated, or one that is made around such a type.
pub trait Translated {
    /// How.
    const TRANSLATION: Translation;
}

impl<T: Shape + Serialize + DeserializeOwned + 'static> Translated for Versioned<T> {
    const TRANSLATION: Translation = Translation::of::<T>();
}

macro_rules! translated {
    ($([$($parameters:tt)*] $whole:ty;)*) => {
        $(impl<$($parameters)*> Translated for $whole {
            const TRANSLATION: Translation = T::TRANSLATION;
        })*
    };
}

translated! {
    [T: Translated] Created<T>;
    [T: Translated] Option<T>;
    [T: Translated, E] Result<T, E>;
    [A, T: Translated] (A, T);
    [A, B, T: Translated] (A, B, T);
    [A, B, C, T: Translated] (A, B, C, T);
}

/// How a response of type `T` is translated: `TranslatedBy::<T>::TRANSLATION`, or that of [`NotTranslated`].
#[derive(Debug)]
pub struct TranslatedBy<T>(PhantomData<T>);

impl<T: Translated> TranslatedBy<T> {
    /// By its type.
    pub const TRANSLATION: Option<Translation> = Some(T::TRANSLATION);
}

/// How the error of a response is translated.
#[derive(Debug)]
pub struct ErrorTranslatedBy<T>(PhantomData<T>);

impl<T, E: Translated> ErrorTranslatedBy<Result<T, E>> {
    /// By its type.
    pub const TRANSLATION: Option<Translation> = Some(E::TRANSLATION);
}

/// The answer of [`TranslatedBy`] and [`ErrorTranslatedBy`] for every other type.
pub trait NotTranslated {
    /// Not at all.
    const TRANSLATION: Option<Translation> = None;
}

impl<T> NotTranslated for TranslatedBy<T> {}

impl<T> NotTranslated for ErrorTranslatedBy<T> {}

/// Returns whether a response with this status, but for the shape of its body, is the same at two versions.
pub(crate) fn is_response_alike(meta: &Meta, status: StatusCode, one: Date, other: Date) -> bool {
    if !serves(meta, one) || !serves(meta, other) {
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
