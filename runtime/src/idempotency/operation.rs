use super::Claim;
use super::recover::{LostExecution, Recovery};
use super::reference::{ReferenceResult, StoredReference};
use crate::outcome::HandlerOutcome;
use axum::extract::Request;
use axum::response::Response;
use std::fmt;
use std::sync::Arc;
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
