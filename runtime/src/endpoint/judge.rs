//! What the error of a handler says about its operation, whatever the status of its answer is.
//!
//! `IntoResponse` sees no more than a value, and what is stored sees no more than a response: in between the value is
//! looked at, by a function that knows its type. Only guarded calls have one.

use crate::idempotency::{Disposition, Outcome, judged};
use axum::response::{IntoResponse, Response};
use pin_project_lite::pin_project;
use std::any::Any;
use std::cell::Cell;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

/// What an answer says about its operation, if it says something.
pub type Judge = fn(&dyn Any) -> Option<Disposition>;

/// What judges the answers of type `R`: `Judged::<R>::JUDGE`, or that of [`Unjudged`] for every type that is no result
/// with an [`Outcome`] as its error.
#[derive(Debug)]
pub struct Judged<R>(PhantomData<R>);

impl<T: 'static, E: Outcome + 'static> Judged<Result<T, E>> {
    /// By the error.
    pub const JUDGE: Option<Judge> =
        Some(|answer| answer.downcast_ref::<Result<T, E>>()?.as_ref().err()?.disposition());
}

/// The answer of [`Judged`] for every other type.
pub trait Unjudged {
    /// Nothing does.
    const JUDGE: Option<Judge> = None;
}

impl<R> Unjudged for Judged<R> {}

thread_local! {
    /// What judges the answer of the running call, and what it has said.
    static JUDGE: Cell<Option<Judge>> = const { Cell::new(None) };
    static SAID: Cell<Option<Disposition>> = const { Cell::new(None) };
}

/// The answer of a handler, of which is remembered what it says about its operation.
pub fn observed<R: 'static>(answer: R) -> R {
    if let Some(judge) = JUDGE.get()
        && let Some(disposition) = judge(&answer)
    {
        SAID.set(Some(disposition));
    }
    answer
}

/// The answer of a handler as a response.
pub(super) fn rendered<R: IntoResponse + 'static>(answer: R) -> Response {
    let answer = observed(answer);
    // Before it is rendered: what that calls is no answer of this call.
    let said = SAID.take();
    let response = answer.into_response();
    match said {
        Some(disposition) => judged(response, disposition),
        None => response,
    }
}

/// Has `judge` judge what `future` answers.
pub(crate) fn judging<F: Future>(judge: Option<Judge>, future: F) -> Judging<F> {
    Judging { judge, future }
}

pin_project! {
    pub(crate) struct Judging<F> {
        judge: Option<Judge>,
        #[pin]
        future: F,
    }
}

struct Reset(Option<Judge>);

impl Drop for Reset {
    fn drop(&mut self) {
        JUDGE.set(self.0);
        SAID.set(None);
    }
}

impl<F: Future> Future for Judging<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let _reset = Reset(JUDGE.replace(*this.judge));
        this.future.poll(cx)
    }
}
