//! An endpoint that runs once per idempotency key.

use super::service::{EndpointCall, EndpointService};
use super::{Extracting, Handled, Invoke, Meta, TypeFacts, is_response_alike};
use crate::body;
use crate::context::{Context, Recording};
use crate::endpoint_change::Statement;
use crate::idempotency::{
    BodyValue, Caller, Guard, GuardOutcome, InCall, Lost, LostExecution, Operation, Recovery,
    ReferenceResult, RequestComparison, Rules, StoredReference, digest, keep_from_caches, off_executor,
    scope_missing, strip_of_bytes,
};
use crate::idempotency_policy::{IdempotentPolicy, ScopeRule};
use crate::outcome::HandlerOutcome;
use crate::response_headers::{ResponseDecorator, decorate};
use crate::transform::Translation;
use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::request::Parts;
use std::any::{Any, TypeId};
use std::marker::PhantomData;
use std::sync::Arc;
use steadfast_core::{BoxFuture, Date};
use steadfast_engine::HeadCopy;

/// The facts about an idempotent endpoint, without its types.
pub(super) struct Facts {
    meta: &'static Meta,
    types: TypeFacts,
}

/// A handler behind the guard, without its types: only this is compiled for each handler.
pub(super) trait Guarded<S>: Send + Sync {
    fn facts(&self) -> &'static Facts;

    fn statements(&self) -> &'static [Statement];

    /// See [`Invoke::amend`].
    fn amend(&self, response: &mut Response);

    fn scope<'a>(&self, parts: &'a mut Parts, state: &'a S) -> Extracting<'a, String>;

    fn run(&self, call: Context, request: Request, state: S) -> BoxFuture<'static, HandlerOutcome>;

    fn recover<'a>(
        &self,
        parts: &'a mut Parts,
        state: &'a S,
        lost: LostExecution,
    ) -> Extracting<'a, Recovery<Response>>;

    fn refer<'a>(
        &self,
        parts: &'a mut Parts,
        state: &'a S,
        reference: StoredReference,
    ) -> Extracting<'a, ReferenceResult>;
}

/// A handler with the types of its arguments; `E` is the endpoint, with its newest handler and the arguments of that.
pub(super) struct GuardedHandler<H, T, E> {
    handler: H,
    _types: PhantomData<fn() -> (T, E)>,
}

impl<H, T, E> GuardedHandler<H, T, E> {
    pub(super) fn new(handler: H) -> Self {
        Self { handler, _types: PhantomData }
    }
}

impl<H, T, S, E, N, U> Guarded<S> for GuardedHandler<H, T, (E, N, U)>
where
    H: Invoke<T, S>,
    T: 'static,
    S: Send + Sync + 'static,
    E: Handled<N, U, S> + 'static,
    N: 'static,
    U: 'static,
{
    fn facts(&self) -> &'static Facts {
        const { &Facts { meta: &E::META, types: E::FACTS } }
    }

    fn statements(&self) -> &'static [Statement] {
        self.handler.statements()
    }

    fn amend(&self, response: &mut Response) {
        self.handler.amend(response);
    }

    fn scope<'a>(&self, parts: &'a mut Parts, state: &'a S) -> Extracting<'a, String> {
        E::scope(parts, state)
    }

    fn run(&self, call: Context, request: Request, state: S) -> BoxFuture<'static, HandlerOutcome> {
        Box::pin(InCall::new(call, self.handler.clone().invoke(request, state)))
    }

    fn recover<'a>(
        &self,
        parts: &'a mut Parts,
        state: &'a S,
        lost: LostExecution,
    ) -> Extracting<'a, Recovery<Response>> {
        E::recover(parts, state, lost, self.handler.statements())
    }

    fn refer<'a>(
        &self,
        parts: &'a mut Parts,
        state: &'a S,
        reference: StoredReference,
    ) -> Extracting<'a, ReferenceResult> {
        E::refer(parts, state, reference)
    }
}

/// An endpoint that runs once per idempotency key.
pub(super) struct IdempotentEndpoint<S> {
    handler: Arc<dyn Guarded<S>>,
    facts: &'static Facts,
    scope: ScopeRule,
    rules: Arc<Rules>,
    guard: Arc<Guard>,
}

impl<S> IdempotentEndpoint<S> {
    pub(super) fn new(
        handler: Arc<dyn Guarded<S>>,
        policy: &'static IdempotentPolicy,
        guard: Arc<Guard>,
    ) -> Self {
        Self { facts: handler.facts(), handler, scope: policy.scope, rules: guard.rules(policy), guard }
    }
}

impl<S: Send + Sync + 'static> EndpointService<S> for IdempotentEndpoint<S> {
    fn compares(&self) -> bool {
        true
    }

    fn call(&self, call: EndpointCall<S>) -> BoxFuture<'static, Response> {
        let EndpointCall { request, state, context, dress, gone } = call;
        let facts = self.facts;
        let context = Context {
            recording: Some(facts),
            classifier: facts.types.classifier,
            statements: self.handler.statements(),
            is_said: facts.meta.is_said,
            ..context
        };
        let (handler, rule, rules, guard) =
            (Arc::clone(&self.handler), self.scope, Arc::clone(&self.rules), Arc::clone(&self.guard));
        Box::pin(async move {
            // Every attempt is authorised anew, before any record is read.
            let (mut parts, body) = request.into_parts();
            let scope = match handler.scope(&mut parts, &state) {
                Some(scope) => context.scope(scope).await,
                None => Ok(String::new()),
            };
            let scope = match scope {
                Ok(scope) if rule.knows(&scope, &parts.headers) => scope,
                refused => {
                    let missing = || context.enter(|| scope_missing(rule).into_response());
                    let mut response = refused.map_or_else(|rejection| rejection, |_| missing());
                    handler.amend(&mut response);
                    return finish(response, context, dress.as_ref());
                }
            };
            let request = Request::from_parts(parts, body);
            let operation = Box::new(EndpointOperation { handler, state, context });
            let caller = Caller {
                scope: scope.as_bytes(),
                version: context.served_date(),
                head: context.head_date(),
                may_run: gone.is_none(),
                comparison: Some(facts),
            };
            let outcome = context.scope(guard.run(&rules, &caller, request, operation)).await;
            match respond(facts, outcome, context, dress, gone) {
                Ok(response) => response,
                Err(rendered) => rendered.await,
            }
        })
    }
}

/// Returns the response to a guarded request, at once unless it has to be rendered anew, as few replays have.
// No future, which every call would hold.
fn respond(
    facts: &'static Facts,
    outcome: GuardOutcome,
    context: Context,
    dress: Option<ResponseDecorator>,
    gone: Option<Box<Response>>,
) -> Result<Response, BoxFuture<'static, Response>> {
    Ok(match outcome {
        GuardOutcome::Response(response) => finish(response, context, dress.as_ref()),
        GuardOutcome::Replayed { response, version, head } => {
            match rendering(facts, response.status(), version, head, context) {
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
fn rendering(
    facts: &'static Facts,
    status: StatusCode,
    stored: Option<Date>,
    head: Option<HeadCopy>,
    context: Context,
) -> Option<(usize, impl FnOnce() -> Option<Vec<u8>> + Send + 'static)> {
    let stored = stored?;
    let asked = context.served_date().filter(|asked| *asked != stored)?;
    let HeadCopy { version, type_id, body: Some(body) } = head? else { return None };
    if !is_response_alike(facts.meta, status, stored, asked) {
        return None;
    }
    let (translations, length) = (facts.types.translations, body.len());
    let render =
        move || context.enter(|| Translation::translate(translations, type_id, &body, version, asked));
    Some((length, render))
}

/// One guarded call of an endpoint.
struct EndpointOperation<S> {
    handler: Arc<dyn Guarded<S>>,
    state: S,
    context: Context,
}

impl<S: Send + Sync + 'static> Operation for EndpointOperation<S> {
    fn run(self: Box<Self>, request: Request) -> BoxFuture<'static, HandlerOutcome> {
        let Self { handler, state, context } = *self;
        handler.run(context, request, state)
    }

    fn recover(self: Box<Self>, request: Request, lost: Lost) -> BoxFuture<'static, HandlerOutcome> {
        let Self { handler, state, context } = *self;
        let recovered = async move {
            let (execution, claim) = lost.into_parts();
            let (mut parts, body) = request.into_parts();
            let mut found = match handler.recover(&mut parts, &state, execution) {
                Some(recovery) => recovery.await,
                None => Ok(Recovery::Unknown),
            };
            if let Ok(Recovery::Done(response)) | Err(response) = &mut found {
                handler.amend(response);
            }
            let run = || handler.run(context, Request::from_parts(parts, body), state);
            Lost::resolve(claim, found, run).await
        };
        Box::pin(InCall::new(context, recovered))
    }

    fn fetch(
        self: Box<Self>,
        request: Request,
        reference: StoredReference,
    ) -> BoxFuture<'static, Result<ReferenceResult, Response>> {
        let Self { handler, state, context } = *self;
        let fetched = async move {
            let (mut parts, _) = request.into_parts();
            let mut fetched = match handler.refer(&mut parts, &state, reference) {
                Some(reference) => reference.await,
                None => Ok(ReferenceResult::Changed),
            };
            if let Ok(ReferenceResult::Found(response)) = &mut fetched {
                handler.amend(response);
                body::render_pending(response);
            }
            fetched
        };
        Box::pin(context.scope(fetched))
    }
}

impl Recording for Facts {
    fn translatable(&self, of: TypeId) -> Option<u64> {
        Translation::type_id_of(self.types.translations, of)
    }

    fn value_hash(&self, version: Date, value: &dyn Any, dropped: u64) -> Option<[u8; 16]> {
        let body = self.types.comparison.typed(Some(version)).filter(|body| !body.skips())?;
        digest(&body.write(value, dropped)?, body.is_ordered())
    }
}

impl RequestComparison for Facts {
    fn skips_fields(&self, version: Option<Date>) -> bool {
        self.types.comparison.typed(version).is_some_and(|body| body.skips())
    }

    fn reads_alike(&self, body: &[u8], one: Date, other: Date) -> bool {
        self.types.comparison.is_read_alike(body, one, other)
    }

    fn is_comparable(&self, one: Date, other: Date) -> bool {
        self.types.comparison.is_comparable(self.meta, one, other)
    }

    fn is_faithful(&self, version: Date) -> bool {
        self.types.comparison.is_faithful(version)
    }

    fn is_readable(&self, body: &[u8], version: Date) -> bool {
        self.types.comparison.is_readable(body, version)
    }

    fn type_id(&self, version: Option<Date>) -> Option<u64> {
        self.types.comparison.typed(version).map(|body| body.type_id())
    }

    fn value(&self, body: &[u8], at: Option<Date>, to: Option<Date>) -> Option<BodyValue> {
        let typed = self.types.comparison.typed(at)?;
        let json = typed.canonical(body, at, to)?;
        Some(BodyValue { type_id: typed.type_id(), json, is_ordered: typed.is_ordered() })
    }
}

#[cfg(test)]
mod tests;
