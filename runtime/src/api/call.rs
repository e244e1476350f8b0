//! How an endpoint is called once it has been found.

use super::dress::{Dress, finish};
use crate::context::Context;
use crate::endpoint::{Answer, Handled, Invoke, is_response_alike, judging};
use crate::idempotency::{
    Begin, BoxFuture, Caller, Counted, Disposition, Guard, Guarded as Outcome, Held, IdempotentPolicy, Lost,
    Newest, Recovery, Referral, Restate, Restated, Rules, ScopeRule, found_done, judged, overtaken, referred,
    scope_missing, still_unknown, strip_of_bytes,
};
use crate::transform;
use crate::transform::translation::Translation;
use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::FutureExt;
use http::StatusCode;
use pin_project_lite::pin_project;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{self, Poll, ready};
use steadfast_core::Date;

/// One call of an endpoint.
pub(crate) struct Calling<S> {
    pub(crate) request: Request,
    pub(crate) state: S,
    pub(crate) context: Context,
    /// What is added to the answer; nothing at a neutral endpoint.
    pub(crate) dress: Option<Dress>,
    /// The version is past its sunset: this is the answer, unless a stored one replays.
    pub(crate) gone: Option<Box<Response>>,
}

/// An endpoint without the types of its handler.
pub(crate) trait Call<S>: Send + Sync {
    /// Whether requests are compared with earlier ones.
    fn compares(&self) -> bool;

    fn call(&self, calling: Calling<S>) -> BoxFuture<'static, Response>;
}

/// An endpoint that runs on every call.
pub(crate) struct Plain<H, T> {
    handler: H,
    _arguments: PhantomData<fn() -> T>,
}

impl<H, T> Plain<H, T> {
    pub(crate) fn new(handler: H) -> Self {
        Self { handler, _arguments: PhantomData }
    }
}

impl<H, T, S> Call<S> for Plain<H, T>
where
    H: Invoke<T, S>,
    T: 'static,
    S: Send + 'static,
{
    fn compares(&self) -> bool {
        false
    }

    fn call(&self, calling: Calling<S>) -> BoxFuture<'static, Response> {
        let Calling { request, state, context, dress, gone } = calling;
        if let Some(gone) = gone {
            return Box::pin(std::future::ready(finish(*gone, context, dress.as_ref())));
        }
        Box::pin(Answering { answer: self.handler.clone().invoke(request, state), context, dress })
    }
}

pin_project! {
    /// What a handler answers, with everything that every answer gets. An `async` block would hold the handler's future
    /// twice: as what it captured, and as what it awaits.
    struct Answering<F> {
        #[pin]
        answer: F,
        context: Context,
        dress: Option<Dress>,
    }
}

impl<F: Future<Output = Answer>> Future for Answering<F> {
    type Output = Response;

    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Response> {
        let this = self.project();
        let answer = this.context.enter(|| this.answer.poll(cx));
        let (Answer::Rejected(response) | Answer::Returned(response)) = ready!(answer);
        Poll::Ready(finish(response, *this.context, this.dress.as_ref()))
    }
}

/// An endpoint that runs once per idempotency key; `E` is it, with its newest handler and the arguments of that.
pub(crate) struct Guarded<H, T, E> {
    handler: H,
    scope: ScopeRule,
    rules: Arc<Rules>,
    guard: Arc<Guard>,
    _types: PhantomData<fn() -> (T, E)>,
}

impl<H, T, E> Guarded<H, T, E> {
    pub(crate) fn new(handler: H, policy: &'static IdempotentPolicy, guard: Arc<Guard>) -> Self {
        Self { handler, scope: policy.scope, rules: guard.rules(policy), guard, _types: PhantomData }
    }
}

impl<H, T, S, E, N, U> Call<S> for Guarded<H, T, (E, N, U)>
where
    H: Invoke<T, S>,
    T: 'static,
    S: Send + Sync + 'static,
    E: Handled<N, U, S> + 'static,
    N: 'static,
    U: 'static,
{
    fn compares(&self) -> bool {
        true
    }

    fn call(&self, calling: Calling<S>) -> BoxFuture<'static, Response> {
        let Calling { request, state, context, dress, gone } = calling;
        let context = Context { translations: E::TRANSLATIONS, ..context };
        let (handler, rule, rules, guard) =
            (self.handler.clone(), self.scope, Arc::clone(&self.rules), Arc::clone(&self.guard));
        Box::pin(async move {
            // Every attempt is authorised anew, before any record is read.
            let (mut parts, body) = request.into_parts();
            let scope = match context.scope(E::scope(&mut parts, &state)).await {
                Ok(scope) if rule.knows(&scope, &parts.headers) => scope,
                Ok(_) => {
                    let mut problem = context.enter(|| scope_missing(rule).into_response());
                    handler.amend(&mut problem);
                    return finish(problem, context, dress.as_ref());
                }
                Err(mut rejection) => {
                    handler.amend(&mut rejection);
                    return finish(rejection, context, dress.as_ref());
                }
            };
            let request = Request::from_parts(parts, body);
            let execute = move |request, begin| -> BoxFuture<'static, Answer> {
                match begin {
                    Begin::Fresh => {
                        let answer = judging(E::JUDGE, handler.invoke(request, state));
                        Box::pin(context.scope(answer.map(shaped)))
                    }
                    Begin::Done(reference) => Box::pin(context.scope(async move {
                        let (mut parts, _) = request.into_parts();
                        let mut referral = E::refer(&mut parts, &state, reference).await;
                        if let Ok(Referral::Found(response)) = &mut referral {
                            handler.amend(response);
                        }
                        shaped(referred(referral))
                    })),
                    Begin::Lost(lost) => {
                        let answer = recovered::<E, N, U, _, _, _>(handler, request, state, *lost);
                        Box::pin(context.scope(answer.map(shaped)))
                    }
                }
            };
            let restate: Restate = restated::<E, N, U, S>;
            let (scope, version) = (scope.as_bytes(), context.served_date());
            let typed = E::COMPARISON.typed(version);
            let counted: Option<Counted> = typed.map(|_| counted_of::<E, N, U, S> as Counted);
            let caller = Caller { scope, version, may_run: gone.is_none(), restate: Some(restate), counted };
            match context.scope(guard.run(&rules, &caller, request, execute)).await {
                Outcome::Answered(response) => finish(response, context, dress.as_ref()),
                Outcome::Replayed { mut response, version, newest } => {
                    let dress = match (dress, version) {
                        (dress, Some(version))
                            if tell::<E, N, U, S>(&mut response, version, newest, context) =>
                        {
                            dress
                        }
                        // It stays in the version it was made for, and says so.
                        (Some(dress), Some(version)) => Some(dress.of_version(version, context.timeline)),
                        (dress, _) => dress,
                    };
                    finish(response, context, dress.as_ref())
                }
                Outcome::NothingStored => {
                    let gone = gone.map_or_else(|| StatusCode::GONE.into_response(), |gone| *gone);
                    finish(gone, context, dress.as_ref())
                }
            }
        })
    }
}

/// Tells a stored answer at the version that is asked in, if it is of another and can be told at this one.
fn tell<E, N, U, S>(response: &mut Response, stored: Date, newest: Option<Newest>, context: Context) -> bool
where
    E: Handled<N, U, S>,
{
    let Some(asked) = context.served_date().filter(|asked| *asked != stored) else { return false };
    let Some(Newest { version, shape, body: Some(body) }) = newest else { return false };
    if !is_response_alike(&E::META, response.status(), stored, asked) {
        return false;
    }
    let told = context.enter(|| Translation::translate(E::TRANSLATIONS, shape, &body, version, asked));
    let Some(told) = told else { return false };
    strip_of_bytes(response.headers_mut());
    *response.body_mut() = Body::from(told);
    true
}

/// What counts of the body of a request at a version.
fn counted_of<E, N, U, S>(body: &[u8], version: Option<Date>) -> Option<Vec<u8>>
where
    E: Handled<N, U, S>,
{
    E::COMPARISON.typed(version)?.canonical(body, version, None)
}

/// What the body of a request at one version would be at another.
fn restated<E, N, U, S>(body: &Bytes, (own, other): (Date, Date)) -> Restated
where
    E: Handled<N, U, S>,
{
    let comparison = E::COMPARISON;
    let typed = comparison.typed(Some(own));
    // What counts of it stands in its place, in the newest shape.
    if typed.is_none() && !comparison.is_readable(body, own) {
        return Restated::Foreign;
    }
    let is_alike = typed.is_some() || comparison.is_read_alike(body, own, other);
    if is_alike && comparison.is_comparable(&E::META, own, other) {
        return Restated::Alike;
    }
    Restated::As(Vec::new())
}

/// What is stored has the shape of the version that it is stored for.
fn shaped(mut answer: Answer) -> Answer {
    if let Answer::Returned(response) = &mut answer {
        transform::render_pending(response);
    }
    answer
}

/// The answer to a request whose operation may have been done by an execution that was lost.
async fn recovered<E, N, U, H, T, S>(
    handler: H,
    request: Request,
    state: S,
    (lost, held): (Lost, Held),
) -> Answer
where
    E: Handled<N, U, S>,
    H: Invoke<T, S>,
    S: Send + Sync,
{
    let (mut parts, body) = request.into_parts();
    match E::recover(&mut parts, &state, lost).await {
        Ok(Recovery::Done(mut response)) => {
            handler.amend(&mut response);
            Answer::Returned(found_done(response))
        }
        Ok(Recovery::NotDone) if held.is_own().await => {
            judging(E::JUDGE, handler.invoke(Request::from_parts(parts, body), state)).await
        }
        // To find out has taken longer than the lease, and another one finds out.
        Ok(Recovery::NotDone) => Answer::Rejected(overtaken()),
        Ok(Recovery::Unknown) => Answer::Returned(judged(still_unknown(), Disposition::Indeterminate)),
        Err(rejection) => Answer::Rejected(rejection),
    }
}
