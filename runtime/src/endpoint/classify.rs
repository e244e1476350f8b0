//! The effect that the error of a handler reports about its operation, whatever the status of its response is.
//!
//! `IntoResponse` sees no more than a value, and what is stored sees no more than a response: in between a function that
//! knows the type of the value classifies it. Only idempotent endpoints have one.

use crate::body;
use crate::context;
pub use crate::outcome::Classifier;
use crate::outcome::{HandlerOutcome, Outcome};
use axum::response::IntoResponse;
use std::marker::PhantomData;

/// The classifier of the values of type `R`: `Classified::<R>::CLASSIFIER`, or that of [`Unclassified`] for every type
/// that is no result with an [`Outcome`] as its error.
#[derive(Debug)]
pub struct Classified<R>(PhantomData<R>);

impl<T: 'static, E: Outcome + 'static> Classified<Result<T, E>> {
    /// Classifies by the error.
    pub const CLASSIFIER: Option<Classifier> =
        Some(|value| value.downcast_ref::<Result<T, E>>()?.as_ref().err()?.disposition());
}

/// The classifier of every other type.
pub trait Unclassified {
    /// None.
    const CLASSIFIER: Option<Classifier> = None;
}

impl<R> Unclassified for Classified<R> {}

/// Notes in the call that its handler has returned, and what its value reports.
pub fn returned<R: 'static>(value: R) -> R {
    context::note_returned(&value);
    value
}

/// Renders the value of a handler.
pub(super) fn rendered<R: IntoResponse + 'static>(value: R) -> HandlerOutcome {
    let mut response = returned(value).into_response();
    // It may have been made where no call was running, such as in a task of its own.
    body::render_pending(&mut response);
    HandlerOutcome::returned(response)
}

/// Renders the body of an outcome, if that could not be done before.
pub(super) fn render_pending(outcome: &mut HandlerOutcome) {
    body::render_pending(&mut outcome.response);
    outcome.refresh();
}
