//! How requests of older versions are answered by an endpoint that changed.
//!
//! The expansion makes one function for each date before which the handler was called or answered in another way: it
//! takes the older arguments, and calls the next newer one. Which is called at a version is known when the program
//! starts, so that the newest version costs what it costs without a past.

use super::amend::Past;
use super::assert;
use super::classify::render_pending;
use super::exercise::exercised;
use super::handled::{EndpointKind, Made, Making};
use super::response::{Body, DescribeResponse};
use super::{Handled, Invoke};
use crate::endpoint_change::Statement;
use crate::outcome::{Effect, HandlerOutcome, ResponseFacts};
use crate::problem::{Kind, Problem};
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use steadfast_core::Date;

/// An endpoint with a past, while it is made.
pub struct Changed<K, E, H, T, S> {
    making: Making,
    made: Made<S>,
    _types: PhantomData<(K, E, H, T)>,
}

impl<K, E, H, T, S> Changed<K, E, H, T, S>
where
    K: EndpointKind,
    E: Handled<H, T, S> + 'static,
    H: 'static,
    T: 'static,
    S: Send + Sync + 'static,
{
    /// The endpoint as its newest versions have it, by its handler with arguments `A`.
    pub fn new<A: 'static>(handler: H, making: Making) -> Self
    where
        H: Invoke<A, S>,
    {
        let newest = K::service::<E, H, T, H, A, S>(handler, &making);
        Self { making, made: Made { newest, older: Vec::new() }, _types: PhantomData }
    }

    /// What answers in its place to versions before a date, down to the next. The dates descend.
    #[must_use]
    pub fn before<F: Invoke<A, S>, A: 'static>(mut self, date: Date, handler: F) -> Self {
        let meta = self.making.meta;
        let statements = meta.statements;
        let newer = statements.iter().take_while(|statement| statement.date >= date).count();
        let past = Arc::new(Past::new(statements.split_at(newer).0));
        let earlier = Earlier { handler, endpoint: meta.name, past };
        let service = K::service::<E, H, T, Earlier<F>, (Amended, A), S>(earlier, &self.making);
        self.made.older.push((date, service));
        self
    }

    /// All of it.
    pub fn made(self) -> Made<S> {
        self.made
    }
}

impl<K, E, H, T, S> fmt::Debug for Changed<K, E, H, T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Changed").field("making", &self.making).finish_non_exhaustive()
    }
}

/// A handler whose answers are given older statuses and headers.
struct Earlier<F> {
    handler: F,
    /// The path of the newest handler.
    endpoint: &'static str,
    past: Arc<Past>,
}

impl<F: Clone> Clone for Earlier<F> {
    fn clone(&self) -> Self {
        Self { handler: self.handler.clone(), endpoint: self.endpoint, past: Arc::clone(&self.past) }
    }
}

/// Tells the arguments of an [`Earlier`] from those of its handler.
struct Amended;

impl<F: Invoke<A, S>, A, S: Send> Invoke<(Amended, A), S> for Earlier<F> {
    async fn invoke(self, request: Request, state: S) -> HandlerOutcome {
        let Self { handler, endpoint, past } = self;
        let mut outcome = handler.invoke(request, state).await;
        // A body that cannot be written has a status of its own.
        render_pending(&mut outcome);
        let is_returned = outcome.effect != Effect::Rejected;
        exercised(endpoint, past.statements, &outcome.response, is_returned);
        past.amend(&mut outcome.response);
        outcome
    }

    fn amend(&self, rejection: &mut Response) {
        self.past.amend(rejection);
    }

    fn statements(&self) -> &'static [Statement] {
        self.past.statements
    }
}

/// The answer to a request that an `upgrade` refused.
#[derive(Debug)]
pub struct Refused(Problem);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut response = self.0.into_response();
        ResponseFacts::of(&mut response).rejected = true;
        response
    }
}

/// What an `upgrade` of a request may return, where the handler takes `T`.
#[diagnostic::on_unimplemented(
    message = "this upgrade returns `{Self}`, where `into(..)` names `{T}`",
    label = "must return `{T}`, or `Result<{T}, E>` with an `E: Display`"
)]
pub trait UpgradedInto<T> {
    /// The arguments, or why there are none.
    fn into_result(self) -> Result<T, String>;
}

impl<T> UpgradedInto<T> for T {
    fn into_result(self) -> Result<T, String> {
        Ok(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T, E: fmt::Display> UpgradedInto<T> for Result<T, E> {
    fn into_result(self) -> Result<T, String> {
        self.map_err(|error| error.to_string())
    }
}

/// What an `upgrade` returned, as arguments of the handler.
///
/// # Errors
/// If it refused the request.
pub fn upgraded_into<T, U: UpgradedInto<T>>(value: U) -> Result<T, Refused> {
    value.into_result().map_err(|why| Refused(Kind::InvalidRequest.because(why)))
}

/// Whether a version that is older than these statements is older than the change of this date.
pub fn is_before(statements: &[Statement], date: Date) -> bool {
    statements.iter().any(|statement| statement.date == date)
}

/// A found answer of a handler that returns `R`: a `downgrade` takes nothing else.
#[diagnostic::on_unimplemented(
    message = "this finds `{Self}`, of which `downgrade` makes no older answer, because the handler returns `{R}`\n\
               help: have it find `{R}`, or write the change into its type with `#[versioned]` in place of `downgrade`",
    label = "its `Answer` must be `{R}`"
)]
pub trait FoundAs<R> {
    /// The answer.
    fn found_as(self) -> R;
}

impl<R> FoundAs<R> for R {
    fn found_as(self) -> R {
        self
    }
}

/// Returns a found answer as that of the handler.
pub fn found_as<R, A: FoundAs<R>>(answer: A) -> R {
    answer.found_as()
}

/// An answer that an older one can still be made of.
// That it can be rendered is asked where it is made, at the user's function, and not once more of all that hold it.
pub struct Answered<R> {
    answer: R,
    render: fn(R) -> Response,
}

/// What the handler, or a `downgrade`, answered.
pub fn answered<R: IntoResponse>(answer: R) -> Answered<R> {
    Answered { answer, render: R::into_response }
}

/// [`answered`], where all bodies must be known.
pub fn answered_known<const SINCE: u32, R: KnownAnswer>(answer: R) -> Answered<R> {
    Answered { answer, render: R::render::<SINCE> }
}

/// A response of a `downgrade` that is described.
#[diagnostic::on_unimplemented(
    message = "the bodies of `{Self}` are not known, so that old clients could be shown a new shape",
    label = "returns something that does not say what it shows",
    note = "return a response of axum or of this crate; for a type of your own write `impl steadfast::DescribeResponse for .. {{ type Body = ..; }}`",
    note = "or write `opaque` in `#[api_version(..)]`: then nothing is checked of what this endpoint sends and takes"
)]
pub trait KnownAnswer {
    /// The response, of an endpoint whose first version has this number.
    fn render<const SINCE: u32>(self) -> Response;
}

#[diagnostic::do_not_recommend]
impl<R: DescribeResponse + IntoResponse> KnownAnswer for R {
    fn render<const SINCE: u32>(self) -> Response {
        const { assert::downgraded(<R::Body as Body>::HEAD, <R::Body as Body>::INSTEAD, SINCE) };
        self.into_response()
    }
}

impl<R> Answered<R> {
    /// For the `downgrade` of an older version.
    pub fn into_inner(self) -> R {
        self.answer
    }
}

impl<R> IntoResponse for Answered<R> {
    fn into_response(self) -> Response {
        (self.render)(self.answer)
    }
}

impl<R> fmt::Debug for Answered<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Answered")
    }
}
