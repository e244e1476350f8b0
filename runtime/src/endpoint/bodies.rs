//! The histories of the types that a handler reads and answers in the shape of the served version, told by the types.

use super::message::Message;
use crate::extract;
use crate::idempotency::PartsOf;
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

/// The answer for every other type.
pub trait NotInBody {
    /// It has none.
    const HISTORY: Option<&'static TypeHistory> = None;
}

impl<B, T> NotInBody for InBody<B, T> {}

impl<T> NotInBody for InWhole<T> {}

impl<T> NotInBody for InError<T> {}

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

/// What the body says that an argument reads: `found` for one that is known to read JSON; else what one of the types `own`
/// says that stand between its angle brackets, unless it is called `other` and reads something else.
pub const fn body(found: Option<PartsOf>, other: &str, own: &[Option<PartsOf>]) -> Option<PartsOf> {
    if found.is_some() || !other.is_empty() { found } else { first(own) }
}

/// None of the types `within` says what does not count without being heard in [`body`].
///
/// # Panics
/// While compiling, if one does.
#[track_caller]
pub const fn is_heard(
    found: Option<PartsOf>,
    other: &str,
    own: &[Option<PartsOf>],
    within: &[Option<PartsOf>],
) {
    if !other.is_empty() && found.is_none() {
        if other.as_bytes()[0] == b'F' && first(within).is_some() {
            Message::new("all fields of a form count when a retry is compared, and a type in here says that some do not\n")
                .text("help: take the body as JSON, or a type without `#[derive(Fingerprint)]`")
                .fail();
        }
    } else if body(found, other, own).is_none() {
        crate::idempotency::passed_on(None, within);
    }
}

const fn first(all: &[Option<PartsOf>]) -> Option<PartsOf> {
    let mut i = 0;
    while i < all.len() {
        if all[i].is_some() {
            return all[i];
        }
        i += 1;
    }
    None
}
