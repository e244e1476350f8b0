//! What the bodies of a response are, told by its type.

use crate::extract;
#[cfg(feature = "idempotency")]
use crate::idempotency::{Recover, Reference};
use crate::outcome::{Final, Indeterminate, KeptFor, Retryable};
use crate::problem::Problem;
use crate::stream::{Events, Ndjson};
use crate::transform::{BodyRejection, Created, Versioned};
use crate::wire::Shape;
use crate::wire::history::{Held, TypeHistory};
use axum::extract::rejection;
use axum::response::{AppendHeaders, Html, IntoResponse, NoContent, Redirect, Sse};
use axum::{Extension, Form, Json};
use bytes::{Bytes, BytesMut};
use futures_util::Stream;
use http::{Extensions, HeaderMap, StatusCode};
use std::borrow::Cow;
use std::convert::Infallible;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

/// A response that says of which types its bodies are.
///
/// The responses of axum and of this crate do. A type of your own, such as an error of the application, names what its
/// `IntoResponse` shows, so that changes of these types are checked and are in the changelog:
///
/// ```
/// use serde::Serialize;
/// use steadfast::axum::response::{IntoResponse, Response};
/// use steadfast::http::StatusCode;
/// use steadfast::{DescribeResponse, Problem, Versioned, versioned};
///
/// #[versioned]
/// #[derive(Serialize)]
/// struct Declined {
///     #[renamed(in = "2024-12-18", was(reason))]
///     decline_code: String,
/// }
///
/// enum PayError {
///     Declined(Declined),
///     Other(Problem),
/// }
///
/// impl IntoResponse for PayError {
///     fn into_response(self) -> Response {
///         match self {
///             Self::Declined(declined) => (StatusCode::PAYMENT_REQUIRED, Versioned(declined)).into_response(),
///             Self::Other(problem) => problem.into_response(),
///         }
///     }
/// }
///
/// impl DescribeResponse for PayError {
///     type Body = (Versioned<Declined>, Problem);
/// }
/// ```
///
/// What shows nothing that ever changes is `()`; what cannot be said is [`Opaque`].
#[diagnostic::on_unimplemented(
    message = "the bodies of `{Self}` are not known, so that old clients could be shown a new shape",
    label = "does not say what it shows",
    note = "for a type of your own write `impl steadfast::DescribeResponse for .. {{ type Body = ..; }}` with what its `IntoResponse` shows",
    note = "or write `opaque` in `#[api_version(..)]`: then nothing is checked of what this endpoint sends and takes"
)]
pub trait DescribeResponse {
    /// What it shows: [`Versioned`], [`Json`] of a type without changes, [`Problem`], `()`, several of these as a tuple, or
    /// [`Opaque`].
    type Body: Body;
}

/// What a response shows; see [`DescribeResponse`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not known as a body",
    label = "must be `Versioned`, `Json`, `Problem`, `()`, `Opaque`, or a tuple of such"
)]
pub trait Body {
    /// What changed about what is shown in the shape of the served version.
    #[doc(hidden)]
    const HISTORY: &'static TypeHistory = &TypeHistory::UNKNOWN;

    /// What changed about what is always shown in its newest shape.
    #[doc(hidden)]
    const HEAD: &'static TypeHistory = &TypeHistory::LEAF;

    /// What to write in place of that.
    #[doc(hidden)]
    const INSTEAD: &'static str = "";
}

/// A body of which nothing is known.
///
/// What an endpoint shows behind this word is neither checked nor in the changelog, which names the endpoint as one that
/// is opaque.
#[derive(Debug, Clone, Copy)]
pub struct Opaque;

impl Body for Opaque {}

impl Body for () {
    const HISTORY: &'static TypeHistory = &TypeHistory::LEAF;
}

impl Body for Problem {
    const HISTORY: &'static TypeHistory = &TypeHistory::LEAF;
}

macro_rules! described {
    ($([$($parameters:tt)*] $response:ty: $body:ty;)*) => {
        $(impl<$($parameters)*> DescribeResponse for $response {
            type Body = $body;
        })*
    };
}

/// Responses that are bodies.
macro_rules! bodies {
    ($([$($parameters:tt)*] $body:ty: $held:ty $(, $instead:literal)?;)*) => {
        $(impl<$($parameters)*> Body for $body {
            const HISTORY: &'static TypeHistory = <$held as Shape>::HISTORY;
            $(
                const HEAD: &'static TypeHistory = <$held as Shape>::HISTORY;
                const INSTEAD: &'static str = $instead;
            )?
        }

        impl<$($parameters)*> DescribeResponse for $body {
            type Body = Self;
        })*
    };
}

bodies! {
    [T: Shape] Versioned<T>: T;
    [T: Shape] extract::Form<T>: T;
    [T: Shape] extract::Headers<T>: T;
    [T: Shape] Json<T>: T, "`Versioned` in place of `Json`";
    [T: Shape] Form<T>: T, "`steadfast::extract::Form` in place of `Form`";
    [S: Stream<Item = Result<T, E>>, T: Shape, E] Ndjson<S>: T;
    [S: Stream<Item = Result<T, E>>, T: Shape, E, F] Sse<Events<S, F>>: T;
}

// axum has its type with the runtime only, which versions do without.
#[cfg(feature = "idempotency")]
bodies! {
    [S: Stream<Item = Result<T, E>>, T: Shape, E, F] Sse<axum::response::sse::KeepAliveStream<Events<S, F>>>: T;
}

described! {
    [] (): ();
    [] Infallible: ();
    [] StatusCode: ();
    [] HeaderMap: ();
    [] Extensions: ();
    [T] Extension<T>: ();
    [I] AppendHeaders<I>: ();
    [K, V, const N: usize] [(K, V); N]: ();
    [] NoContent: ();
    [] Redirect: ();
    [] String: ();
    [] &'static str: ();
    [] Box<str>: ();
    [] Cow<'static, str>: ();
    [T] Html<T>: ();
    [] Vec<u8>: ();
    [] &'static [u8]: ();
    [const N: usize] [u8; N]: ();
    [const N: usize] &'static [u8; N]: ();
    [] Cow<'static, [u8]>: ();
    [] Box<[u8]>: ();
    [] Bytes: ();
    [] BytesMut: ();
    [] Problem: Problem;
    [] BodyRejection: Problem;
    [] crate::Faults: Problem;
    [] Opaque: Opaque;
    [R: DescribeResponse] Final<R>: R::Body;
    [R: DescribeResponse] Indeterminate<R>: R::Body;
    [R: DescribeResponse] Retryable<R>: R::Body;
    [R: DescribeResponse] KeptFor<R>: R::Body;
    [R: DescribeResponse] Created<R>: R::Body;
    [R: DescribeResponse, E: DescribeResponse] Result<R, E>: (R::Body, E::Body);
}

described! {
    [] rejection::BytesRejection: ();
    [] rejection::ExtensionRejection: ();
    [] rejection::FormRejection: ();
    [] rejection::RawFormRejection: ();
    [] rejection::JsonRejection: ();
    [] rejection::MatchedPathRejection: ();
    [] rejection::PathRejection: ();
    [] rejection::RawPathParamsRejection: ();
    [] rejection::QueryRejection: ();
    [] rejection::StringRejection: ();
}

#[cfg(feature = "idempotency")]
described! {
    [] crate::idempotency::StepError: Problem;
    [] crate::idempotency::RecordsError: Problem;
    [] crate::idempotency::KeyStatus: ();
    [I, R: DescribeResponse] crate::idempotency::Referenced<I, R>: R::Body;
}

#[cfg(feature = "ws")]
described! {
    [] crate::socket::Upgraded: ();
    [] axum::extract::ws::rejection::WebSocketUpgradeRejection: ();
}

/// The last part of a tuple is the response, and the others change its status and headers.
macro_rules! with_parts {
    ($([$($part:ident),*];)*) => {
        $(impl<$($part,)* R: DescribeResponse> DescribeResponse for ($($part,)* R,) {
            type Body = R::Body;
        })*
    };
}

with_parts! {
    [];
    [A];
    [A, B];
    [A, B, C];
    [A, B, C, D];
    [A, B, C, D, E];
    [A, B, C, D, E, F];
    [A, B, C, D, E, F, G];
}

/// Several bodies, of which a response shows one.
macro_rules! several {
    ($([$($B:ident $at:literal),+];)*) => {
        $(impl<$($B: Body),+> Body for ($($B,)+) {
            const HISTORY: &'static TypeHistory =
                &TypeHistory { held: &[$(part($at, $B::HISTORY, || $B::HISTORY)),+], ..TypeHistory::LEAF };
            const HEAD: &'static TypeHistory =
                &TypeHistory { held: &[$(part($at, $B::HEAD, || $B::HEAD)),+], ..TypeHistory::LEAF };
            const INSTEAD: &'static str = first(&[$($B::INSTEAD),+]);
        })*
    };
}

several! {
    [A "0"];
    [A "0", B "1"];
    [A "0", B "1", C "2"];
    [A "0", B "1", C "2", D "3"];
    [A "0", B "1", C "2", D "3", E "4"];
    [A "0", B "1", C "2", D "3", E "4", F "5"];
}

pub(super) const fn part(
    at: &'static str,
    of: &'static TypeHistory,
    history: fn() -> &'static TypeHistory,
) -> Held {
    let field = if of.path.is_empty() { at } else { of.path };
    Held { field, id: of.id, changes: of.changes, history: Some(history), inside: of.held, ..Held::SKIPPED }
}

const fn first(all: &[&'static str]) -> &'static str {
    let mut i = 0;
    while i < all.len() {
        if !all[i].is_empty() {
            return all[i];
        }
        i += 1;
    }
    ""
}

/// A type of which a signature says by `impl` what it implements; `T` is what that tells of it.
#[derive(Debug)]
pub struct Hidden<T: ?Sized>(PhantomData<T>);

/// A stream behind `impl`, of which only its items are known.
#[derive(Debug)]
pub struct Items<T>(PhantomData<T>);

/// Any other type behind `impl`.
#[derive(Debug, Clone, Copy)]
pub struct Nameless;

/// A response behind `impl` that names its body.
#[diagnostic::on_unimplemented(
    message = "`impl` hides the bodies of this answer, so that old clients could be shown a new shape",
    label = "does not say what it shows",
    note = "write `impl steadfast::DescribeResponse<Body = ..>` with what it shows, or the type itself in place of `impl`",
    note = "or write `opaque` in `#[api_version(..)]`: then nothing is checked of what this endpoint sends and takes"
)]
pub trait SaysBody {
    /// The body that it names.
    type Said: Body;
}

#[diagnostic::do_not_recommend]
impl<T: DescribeResponse + ?Sized> SaysBody for T {
    type Said = T::Body;
}

impl<T: SaysBody + ?Sized> DescribeResponse for Hidden<T> {
    type Body = T::Said;
}

impl<T> Stream for Hidden<Items<T>> {
    type Item = T;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<T>> {
        Poll::Ready(None)
    }
}

/// What a response of type `T` shows, or what [`NotDescribed`] says.
#[derive(Debug)]
pub struct Shown<T: ?Sized>(PhantomData<T>);

impl<T: DescribeResponse + ?Sized> Shown<T> {
    /// What changed about it.
    pub const HISTORY: &'static TypeHistory = <T::Body as Body>::HISTORY;

    /// What changed about what is always in its newest shape.
    pub const HEAD: &'static TypeHistory = <T::Body as Body>::HEAD;

    /// What to write in place of that.
    pub const INSTEAD: &'static str = <T::Body as Body>::INSTEAD;
}

/// The answer of [`Shown`] for every other type.
pub trait NotDescribed {
    /// Anything.
    const HISTORY: &'static TypeHistory = &TypeHistory::UNKNOWN;

    /// Nothing that is known of.
    const HEAD: &'static TypeHistory = &TypeHistory::LEAF;

    /// Nothing need be written in its place.
    const INSTEAD: &'static str = "";
}

impl<T: ?Sized> NotDescribed for Shown<T> {}

/// What changed about the headers that a part of a response is, or what [`NoHeaders`] says.
#[derive(Debug)]
pub struct HeadersOf<T: ?Sized>(PhantomData<T>);

impl<T: Shape> HeadersOf<extract::Headers<T>> {
    /// What changed about them.
    pub const HISTORY: &'static TypeHistory = T::HISTORY;
}

/// The answer of [`HeadersOf`] for every other type.
pub trait NoHeaders {
    /// Nothing.
    const HISTORY: &'static TypeHistory = &TypeHistory::LEAF;
}

impl<T: ?Sized> NoHeaders for HeadersOf<T> {}

/// Whether `T` is a response.
#[derive(Debug)]
pub struct Responds<T>(PhantomData<T>);

impl<T: IntoResponse> Responds<T> {
    /// It is.
    pub const IS_RESPONSE: bool = true;
}

/// The answer of [`Responds`] for every other type.
pub trait NoResponse {
    /// It is not.
    const IS_RESPONSE: bool = false;
}

impl<T> NoResponse for Responds<T> {}

/// Returns the history of what a response shows; an empty one if it is none, because that has been reported.
pub const fn shown(is_response: bool, history: &'static TypeHistory) -> &'static TypeHistory {
    if is_response { history } else { &TypeHistory::LEAF }
}

/// Asks that a response is described.
pub const fn described<T: DescribeResponse + ?Sized>() {}

/// What a retry receives from an extractor of `recover(..)` or `reference(..)`.
#[cfg(feature = "idempotency")]
macro_rules! found_again {
    ($($of:ident by $trait:ident;)*) => {
        $(
            /// What a retry receives from an extractor `T`, or what [`FoundBySomethingElse`] says.
            #[derive(Debug)]
            pub struct $of<T>(PhantomData<T>);

            // The bound is that of the associated type: where it does not hold, its error has been reported there.
            impl<T: $trait> $of<T>
            where
                T::Answer: IntoResponse,
            {
                /// Returns a type that stands for the response.
                pub const fn response() -> Found<T::Answer> {
                    Found(PhantomData)
                }
            }

            impl<T: $trait> $of<T>
            where
                T::Answer: DescribeResponse,
            {
                /// What changed about what it shows.
                pub const HISTORY: &'static TypeHistory = <<T::Answer as DescribeResponse>::Body as Body>::HISTORY;

                /// What changed about what is always in the newest shape.
                pub const HEAD: &'static TypeHistory = <<T::Answer as DescribeResponse>::Body as Body>::HEAD;

                /// What to write in place of it.
                pub const INSTEAD: &'static str = <<T::Answer as DescribeResponse>::Body as Body>::INSTEAD;
            }

            impl<T> FoundBySomethingElse for $of<T> {}
        )*
    };
}

#[cfg(feature = "idempotency")]
found_again! {
    RecoveredBy by Recover;
    ReferredBy by Reference;
}

/// A response that is found again.
#[derive(Debug)]
pub struct Found<R>(PhantomData<R>);

/// The answer of [`RecoveredBy`] and [`ReferredBy`] for every other type, of which something else tells that it is wrong.
pub trait FoundBySomethingElse {
    /// Anything.
    const HISTORY: &'static TypeHistory = &TypeHistory::UNKNOWN;

    /// Nothing is known to be.
    const HEAD: &'static TypeHistory = &TypeHistory::LEAF;

    /// Nothing need be written in its place.
    const INSTEAD: &'static str = "";

    /// Nothing.
    fn response() -> Found<()> {
        Found(PhantomData)
    }
}

/// Asks that a response that is found again is described.
pub const fn found_described<R: DescribeResponse>(_: Found<R>) {}
