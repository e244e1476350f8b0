//! An endpoint that runs once per idempotency key.

use super::classify::render_pending;
use super::service::{EndpointCall, EndpointService};
use super::{Handled, Invoke, is_response_alike};
use crate::body;
use crate::context::{self, Context, Recording};
use crate::idempotency::{
    BodyValue, Caller, Guard, GuardOutcome, Lost, Operation, Recovery, ReferenceResult, RequestComparison,
    Rules, StoredReference, digest, keep_from_caches, off_executor, scope_missing, strip_of_bytes,
};
use crate::idempotency_policy::{IdempotentPolicy, ScopeRule};
use crate::outcome::HandlerOutcome;
use crate::problem::{Kind, Problem};
use crate::response_headers::{ResponseDecorator, decorate};
use crate::transform::Translation;
use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use http::StatusCode;
use std::any::{Any, TypeId};
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::sync::Arc;
use steadfast_core::{BoxFuture, Date};
use steadfast_engine::HeadCopy;

/// Types of which there is no value.
type Types<T> = PhantomData<fn() -> T>;

/// An endpoint that runs once per idempotency key; `E` is the endpoint, with its newest handler and the arguments of that.
pub(crate) struct IdempotentEndpoint<H, T, E> {
    handler: H,
    scope: ScopeRule,
    rules: Arc<Rules>,
    guard: Arc<Guard>,
    _types: Types<(T, E)>,
}

impl<H, T, E> IdempotentEndpoint<H, T, E> {
    pub(crate) fn new(handler: H, policy: &'static IdempotentPolicy, guard: Arc<Guard>) -> Self {
        Self { handler, scope: policy.scope, rules: guard.rules(policy), guard, _types: PhantomData }
    }
}

impl<H, T, S, E, N, U> EndpointService<S> for IdempotentEndpoint<H, T, (E, N, U)>
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

    fn call(&self, call: EndpointCall<S>) -> BoxFuture<'static, Response> {
        let EndpointCall { request, state, context, dress, gone } = call;
        let statements = self.handler.statements();
        let context = Context {
            recording: Some(&Recorded::<E, N, U, S>(PhantomData)),
            classifier: E::CLASSIFIER,
            statements,
            is_said: E::META.is_said,
            ..context
        };
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
            let operation: Box<dyn Operation> = Box::new(EndpointOperation::<H, T, S, E, N, U> {
                handler,
                state,
                context,
                _types: PhantomData,
            });
            let caller = Caller {
                scope: scope.as_bytes(),
                version: context.served_date(),
                head: context.head_date(),
                may_run: gone.is_none(),
                comparison: Some(&Comparison::<E, N, U, S>(PhantomData)),
            };
            let outcome = context.scope(guard.run(&rules, &caller, request, operation)).await;
            match respond::<E, N, U, S>(outcome, context, dress, gone) {
                Ok(response) => response,
                Err(rendered) => rendered.await,
            }
        })
    }
}

/// Returns the response to a guarded request, at once unless it has to be rendered anew, as few replays have.
// No future, which every call would hold.
fn respond<E, N, U, S>(
    outcome: GuardOutcome,
    context: Context,
    dress: Option<ResponseDecorator>,
    gone: Option<Box<Response>>,
) -> Result<Response, BoxFuture<'static, Response>>
where
    E: Handled<N, U, S>,
{
    Ok(match outcome {
        GuardOutcome::Response(response) => finish(response, context, dress.as_ref()),
        GuardOutcome::Replayed { response, version, head } => {
            match rendering::<E, N, U, S>(response.status(), version, head, context) {
                Some(rendering) => {
                    return Err(Box::pin(rendered(response, version, rendering, context, dress)));
                }
                None => as_stored(response, version, context, dress),
            }
        }
        GuardOutcome::NothingStored => {
            let gone = gone.map_or_else(|| StatusCode::GONE.into_response(), |gone| *gone);
            finish(gone, context, dress.as_ref())
        }
    })
}

/// Everything that every response of an idempotent endpoint gets.
fn finish(mut response: Response, context: Context, dress: Option<&ResponseDecorator>) -> Response {
    keep_from_caches(response.headers_mut());
    decorate(response, context, dress)
}

/// Finishes a replay that stays in the version it was made for. Its headers name that.
fn as_stored(
    response: Response,
    version: Option<Date>,
    context: Context,
    dress: Option<ResponseDecorator>,
) -> Response {
    let dress = match (dress, version) {
        (Some(dress), Some(version)) => Some(dress.of_version(version, context.timeline)),
        (dress, _) => dress,
    };
    finish(response, context, dress.as_ref())
}

/// Finishes a replay whose body is rendered at the version of the request, if it can be.
async fn rendered(
    mut response: Response,
    version: Option<Date>,
    (length, render): (usize, impl FnOnce() -> Option<Vec<u8>> + Send + 'static),
    context: Context,
    dress: Option<ResponseDecorator>,
) -> Response {
    let Some(body) = off_executor(length, render).await else {
        return as_stored(response, version, context, dress);
    };
    strip_of_bytes(response.headers_mut());
    *response.body_mut() = Body::from(body);
    finish(response, context, dress.as_ref())
}

/// Returns the length of a stored body, and what renders it at the version of the request, if it is of another and can be
/// rendered at this one.
fn rendering<E, N, U, S>(
    status: StatusCode,
    stored: Option<Date>,
    head: Option<HeadCopy>,
    context: Context,
) -> Option<(usize, impl FnOnce() -> Option<Vec<u8>> + Send + 'static)>
where
    E: Handled<N, U, S>,
{
    let stored = stored?;
    let asked = context.served_date().filter(|asked| *asked != stored)?;
    let HeadCopy { version, type_id, body: Some(body) } = head? else { return None };
    if !is_response_alike(&E::META, status, stored, asked) {
        return None;
    }
    let (translations, length) = (E::TRANSLATIONS, body.len());
    let render =
        move || context.enter(|| Translation::translate(translations, type_id, &body, version, asked));
    Some((length, render))
}

/// One guarded call of an endpoint.
struct EndpointOperation<H, T, S, E, N, U> {
    handler: H,
    state: S,
    context: Context,
    _types: Types<(T, E, N, U)>,
}

impl<H, T, S, E, N, U> Operation for EndpointOperation<H, T, S, E, N, U>
where
    H: Invoke<T, S>,
    T: 'static,
    S: Send + Sync + 'static,
    E: Handled<N, U, S> + 'static,
    N: 'static,
    U: 'static,
{
    fn run(self: Box<Self>, request: Request) -> BoxFuture<'static, HandlerOutcome> {
        let Self { handler, state, context, _types } = *self;
        Box::pin(called(context, handler.invoke(request, state)))
    }

    fn recover(self: Box<Self>, request: Request, lost: Lost) -> BoxFuture<'static, HandlerOutcome> {
        let Self { handler, state, context, _types } = *self;
        let recovered = async move {
            let (execution, claim) = lost.into_parts();
            let (mut parts, body) = request.into_parts();
            let mut found = E::recover(&mut parts, &state, execution, handler.statements()).await;
            if let Ok(Recovery::Done(response)) | Err(response) = &mut found {
                handler.amend(response);
            }
            let run = || handler.invoke(Request::from_parts(parts, body), state);
            Lost::resolve(claim, found, run).await
        };
        Box::pin(called(context, recovered))
    }

    fn fetch(
        self: Box<Self>,
        request: Request,
        reference: StoredReference,
    ) -> BoxFuture<'static, Result<ReferenceResult, Response>> {
        let Self { handler, state, context, _types } = *self;
        let fetched = async move {
            let (mut parts, _) = request.into_parts();
            let mut fetched = E::refer(&mut parts, &state, reference).await;
            if let Ok(ReferenceResult::Found(response)) = &mut fetched {
                handler.amend(response);
                body::render_pending(response);
            }
            fetched
        };
        Box::pin(context.scope(fetched))
    }
}

/// Runs a handler inside its call, and adds to its outcome what the call has noted.
// No `async fn`, which would hold the handler twice.
fn called(
    context: Context,
    handler: impl Future<Output = HandlerOutcome> + Send,
) -> impl Future<Output = HandlerOutcome> + Send {
    let rendered = handler.map(|mut outcome| {
        // What is stored has the shape of the version that it is stored for.
        render_pending(&mut outcome);
        outcome
    });
    context.scope(AssertUnwindSafe(rendered).catch_unwind()).map(move |outcome| {
        let facts = context::facts().unwrap_or_default();
        match outcome {
            Ok(outcome) => outcome.reporting(facts.disposition),
            // The handler has returned: it is not to run again because its response cannot be rendered.
            Err(_) if facts.returned => {
                context.enter(|| HandlerOutcome::unrendered(Problem::of(Kind::Internal).into_response()))
            }
            Err(panic) => resume_unwind(panic),
        }
    })
}

/// The recording of the calls of an endpoint.
struct Recorded<E, N, U, S>(Types<(E, N, U, S)>);

impl<E, N, U, S> Recording for Recorded<E, N, U, S>
where
    E: Handled<N, U, S>,
{
    fn translatable(&self, of: TypeId) -> Option<u64> {
        Translation::type_id_of(E::TRANSLATIONS, of)
    }

    fn value_hash(&self, version: Date, value: &dyn Any, dropped: u64) -> Option<[u8; 16]> {
        let body = E::COMPARISON.typed(Some(version)).filter(|body| !body.skips())?;
        digest(&body.write(value, dropped)?, body.is_ordered())
    }
}

/// The comparison of the requests of an endpoint.
struct Comparison<E, N, U, S>(Types<(E, N, U, S)>);

impl<E, N, U, S> RequestComparison for Comparison<E, N, U, S>
where
    E: Handled<N, U, S>,
{
    fn skips_fields(&self, version: Option<Date>) -> bool {
        E::COMPARISON.typed(version).is_some_and(|body| body.skips())
    }

    fn reads_alike(&self, body: &[u8], one: Date, other: Date) -> bool {
        E::COMPARISON.is_read_alike(body, one, other)
    }

    fn is_comparable(&self, one: Date, other: Date) -> bool {
        E::COMPARISON.is_comparable(&E::META, one, other)
    }

    fn is_faithful(&self, version: Date) -> bool {
        E::COMPARISON.is_faithful(version)
    }

    fn is_readable(&self, body: &[u8], version: Date) -> bool {
        E::COMPARISON.is_readable(body, version)
    }

    fn type_id(&self, version: Option<Date>) -> Option<u64> {
        E::COMPARISON.typed(version).map(|body| body.type_id())
    }

    fn value(&self, body: &[u8], at: Option<Date>, to: Option<Date>) -> Option<BodyValue> {
        let typed = E::COMPARISON.typed(at)?;
        let json = typed.canonical(body, at, to)?;
        Some(BodyValue { type_id: typed.type_id(), json, is_ordered: typed.is_ordered() })
    }
}

#[cfg(test)]
mod tests;
