use super::Claim;
use super::recover::{LostExecution, Recovery};
use super::reference::{ReferenceResult, StoredReference};
use crate::body;
use crate::context::{self, Context};
use crate::outcome::HandlerOutcome;
use crate::problem::{Kind, Problem};
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use pin_project_lite::pin_project;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{self, Poll, ready};
use steadfast_engine::BoxFuture;

/// One call of an operation, as the guard runs it; implemented by an endpoint and by the layer.
///
/// A method must not panic before its future is polled.
pub(crate) trait Operation: Send {
    /// Runs the handler.
    fn run(self: Box<Self>, request: Request) -> BoxFuture<'static, HandlerOutcome>;

    /// Finds out the outcome of a lost execution, and runs the handler if that was not done.
    fn recover(self: Box<Self>, request: Request, lost: Lost) -> BoxFuture<'static, HandlerOutcome>;

    /// Fetches the body of a stored response by its id; or returns the rejection of the extractor that fetches it.
    fn fetch(
        self: Box<Self>,
        request: Request,
        reference: StoredReference,
    ) -> BoxFuture<'static, Result<ReferenceResult, Response>>;
}

pin_project! {
    /// A handler that runs in its call.
    pub(crate) struct InCall<F> {
        call: Context,
        #[pin]
        handler: F,
    }
}

impl<F: Future<Output = HandlerOutcome>> InCall<F> {
    pub(crate) fn new(call: Context, handler: F) -> Self {
        Self { call, handler }
    }
}

impl<F: Future<Output = HandlerOutcome>> Future for InCall<F> {
    type Output = HandlerOutcome;

    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<HandlerOutcome> {
        let mut this = self.project();
        poll_in_call(*this.call, &mut || this.handler.as_mut().poll(cx))
    }
}

/// Polls a handler, renders its response, and adds to its outcome what its call has noted.
///
/// # Panics
/// If the handler does. What panics when it has returned does not undo what it did: its outcome is an error then.
// Apart, so that it is compiled once and not for every handler.
fn poll_in_call(call: Context, poll: &mut dyn FnMut() -> Poll<HandlerOutcome>) -> Poll<HandlerOutcome> {
    let rendered = || {
        let mut outcome = ready!(poll());
        // A stored response has the shape of the version that it is stored for.
        body::render_pending(&mut outcome.response);
        outcome.refresh();
        Poll::Ready(outcome)
    };
    let polled = catch_unwind(AssertUnwindSafe(|| call.enter(rendered)));
    let facts = || context::facts().unwrap_or_default();
    match polled {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(outcome)) => Poll::Ready(outcome.reporting(facts().disposition)),
        // The handler has returned: it is not to run again because its response cannot be rendered.
        Err(_) if facts().returned => Poll::Ready(
            call.enter(|| HandlerOutcome::unrendered(Problem::of(Kind::Internal).into_response())),
        ),
        Err(panic) => resume_unwind(panic),
    }
}

/// A lost execution, and the claim under which its outcome is to be found out.
pub(crate) struct Lost {
    pub(crate) execution: LostExecution,
    pub(super) claim: Arc<Claim>,
}

impl Lost {
    /// Decides by what was found out; runs `handler` if the operation was not done.
    pub(crate) async fn resolve<F>(
        claim: Arc<Claim>,
        found: Result<Recovery<Response>, Response>,
        handler: impl FnOnce() -> F,
    ) -> HandlerOutcome
    where
        F: Future<Output = HandlerOutcome>,
    {
        match found {
            Ok(Recovery::Done(response)) => HandlerOutcome::recovered(response),
            // To find out may have taken longer than the lease, and another execution may have taken over.
            Ok(Recovery::NotDone) if claim.renew_to_begin().await.unwrap_or(false) => handler().await,
            Ok(Recovery::NotDone) => HandlerOutcome::rejected(super::problems::superseded()),
            Ok(Recovery::Unknown) => HandlerOutcome::returned(super::problems::still_unknown()),
            Err(rejection) => HandlerOutcome::rejected(rejection),
        }
    }

    /// Returns the lost execution and the claim.
    pub(crate) fn into_parts(self) -> (LostExecution, Arc<Claim>) {
        (self.execution, self.claim)
    }
}

impl fmt::Debug for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Lost").field(&self.execution).finish()
    }
}
