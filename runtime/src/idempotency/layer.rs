//! The engine as a tower layer, for routers that the macros have not made.

use super::config::{Idempotency, Rules};
use super::fingerprint::OperationPerRoute;
use super::guard::{Caller, Guard, GuardOutcome};
use super::headers::keep_from_caches;
use super::operation::{Lost, Operation};
use super::recover::{LostExecution, Recover, Recovery, recover};
use super::reference::{ReferenceResult, StoredReference};
use super::{problems, telemetry};
use crate::idempotency_policy::{FingerprintForm, IdempotentPolicy, OnLost, Options, ScopeRule, Selection};
use crate::outcome::HandlerOutcome;
use crate::scope::{Scope, scope};
use axum::extract::{FromRequestParts, MatchedPath, OriginalUri, Request};
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{Method, StatusCode, Version};
use std::borrow::Cow;
use std::collections::HashMap;
use std::convert::Infallible;
use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, PoisonError, RwLock};
use std::task::{Context, Poll};
use std::time::Duration;
use steadfast_core::operation_name;
use steadfast_engine::{BoxFuture, Store};
use tower_layer::Layer;
use tower_service::Service;

/// Makes the unsafe methods of an axum router, or of any tower service of its kind, safe to retry, as
/// [`#[idempotent]`](macro@crate::idempotent) does for one handler.
///
/// Requests with GET, HEAD, OPTIONS and TRACE pass, and those that open a WebSocket. An operation is the method and
/// path of its route, unless [`operation`](Self::operation) names one; for the fallback of a router every path is one.
/// What holds for keys and answers is said to [`Idempotency`]; whose keys they are must be said here.
///
/// ```
/// use axum::Router;
/// use axum::routing::post;
/// use std::time::Duration;
/// use steadfast::{IdempotencyLayer, MemoryStore, Scope};
/// # struct Merchant;
/// # impl Scope for Merchant {
/// #     fn scope(&self) -> std::borrow::Cow<'_, str> { "m".into() }
/// # }
/// # impl<S: Sync> axum::extract::FromRequestParts<S> for Merchant {
/// #     type Rejection = axum::http::StatusCode;
/// #     async fn from_request_parts(_: &mut axum::http::request::Parts, _: &S) -> Result<Self, Self::Rejection> { Ok(Self) }
/// # }
///
/// async fn pay() -> &'static str {
///     "paid"
/// }
///
/// let once = IdempotencyLayer::new(MemoryStore::new(), Duration::from_secs(24 * 60 * 60)).scope::<Merchant>();
/// let app: Router = Router::new().route("/payments", post(pay)).layer(once);
/// ```
///
/// On a replay nothing behind the layer runs, and so no extractor of a handler: what authorises a caller stands in a layer
/// outside of this one, or in the extractor of the scope, both of which run on every attempt.
///
/// A layer sees answers and not why they are given: what an extractor refuses with 400, 413, 415 or 422 is kept as any
/// other such answer is, where `#[idempotent]` lets the corrected request run. If the handlers' own answers are not of
/// these, [`free`](Self::free) them. Routers with a state have extractors with one: [`scope_with_state`](Self::scope_with_state).
#[must_use]
pub struct IdempotencyLayer<D = Unscoped> {
    guard: Arc<Guard>,
    spec: Spec,
    _scoped: PhantomData<fn() -> D>,
}

const NOT_BOTH: &str = "a layer for handlers that take a `Tx` has nothing to recover: its records are written with their effects";

/// The layer does not say yet whose keys they are.
#[derive(Debug, Clone, Copy)]
pub struct Unscoped;

/// The layer says whose keys they are.
#[derive(Debug, Clone, Copy)]
pub struct Scoped;

type ScopeOf = Arc<dyn Fn(Parts) -> BoxFuture<'static, (Parts, Result<String, Response>)> + Send + Sync>;
type RecoveryOf = Arc<
    dyn Fn(Parts, LostExecution) -> BoxFuture<'static, (Parts, Result<Recovery<Response>, Response>)>
        + Send
        + Sync,
>;

/// The rules of the operations that were asked for: no more than the router has, whatever clients ask for.
type Known = HashMap<String, Arc<Rules>>;

/// Where a request goes.
enum Route<'a> {
    At(&'a str),
    /// To the fallback of a router.
    Missing(&'a str),
    /// Somewhere outside of axum.
    Unknown,
}

impl<'a> Route<'a> {
    fn of(request: &'a Request) -> Self {
        let extensions = request.extensions();
        match (extensions.get::<MatchedPath>(), extensions.get::<OriginalUri>()) {
            (Some(path), _) => Self::At(path.as_str()),
            (None, Some(uri)) => Self::Missing(uri.path()),
            (None, None) => Self::Unknown,
        }
    }
}

/// Whether an answer of this status says that there is nothing here. A retry may come to a release that has it.
fn is_lacking(status: StatusCode, is_missing: bool) -> bool {
    status == StatusCode::METHOD_NOT_ALLOWED || is_missing && status == StatusCode::NOT_FOUND
}

/// Over HTTP/2 a WebSocket is opened in this way, and over HTTP/1 with GET (RFC 8441).
fn opens_socket(request: &Request) -> bool {
    *request.method() == Method::CONNECT && request.version() >= Version::HTTP_2
}

fn is_usual(method: &Method) -> bool {
    matches!(*method, Method::POST | Method::PUT | Method::PATCH | Method::DELETE)
}

#[derive(Clone)]
struct Spec {
    operation: Option<Cow<'static, str>>,
    policy: IdempotentPolicy,
    scope: Option<ScopeOf>,
    recover: Option<RecoveryOf>,
    rules: Arc<RwLock<Known>>,
}

impl IdempotencyLayer {
    /// Keeps answers for `ttl`, from their completion on.
    ///
    /// # Panics
    /// If `ttl` is not longer than a lease, which is a minute unless [said otherwise](Self::lease).
    pub fn new<St: Store>(idempotency: impl Into<Idempotency<St>>, ttl: Duration) -> Self {
        let lease = Duration::from_mins(1);
        assert!(ttl > lease, "the time that answers are kept must be longer than a lease");
        let policy = IdempotentPolicy {
            operation: "",
            operation_id: 0,
            named: true,
            scope: ScopeRule::Global,
            ttl,
            lease,
            transactional: false,
            stepped: true,
            referring: false,
            options: Options::NONE,
        };
        let guard = idempotency.into().into_guard();
        // What is wrong with what all its operations have in common is found now.
        drop(guard.rules_of(&policy, Cow::Borrowed("this layer")));
        let spec = Spec { operation: None, policy, scope: None, recover: None, rules: Arc::default() };
        Self { guard, spec, _scoped: PhantomData }
    }

    /// The extractor that says whose key it is; it runs on every attempt.
    pub fn scope<T>(self) -> IdempotencyLayer<Scoped>
    where
        T: Scope + FromRequestParts<()> + 'static,
    {
        self.scope_with_state::<T, ()>(())
    }

    /// The extractor that says whose key it is, and the state that it is extracted with.
    pub fn scope_with_state<T, S>(self, state: S) -> IdempotencyLayer<Scoped>
    where
        T: Scope + FromRequestParts<S> + 'static,
        S: Clone + Send + Sync + 'static,
    {
        let of: ScopeOf = Arc::new(move |mut parts| {
            let state = state.clone();
            Box::pin(async move {
                let scope = scope::<T, S>(&mut parts, &state).await;
                (parts, scope)
            })
        });
        self.scoped(ScopeRule::Caller, Some(of))
    }

    /// Callers have no credentials and are not told apart: requests that have some are refused, 403 `scope-missing`.
    pub fn scope_none(self) -> IdempotencyLayer<Scoped> {
        self.scoped(ScopeRule::None, None)
    }

    /// All callers share their keys: whoever gets past the layers outside of this one, and knows a key, receives its
    /// stored response.
    pub fn scope_global(self) -> IdempotencyLayer<Scoped> {
        self.scoped(ScopeRule::Global, None)
    }

    fn scoped(self, rule: ScopeRule, scope: Option<ScopeOf>) -> IdempotencyLayer<Scoped> {
        let Self { guard, mut spec, _scoped: _ } = self;
        spec.policy.scope = rule;
        IdempotencyLayer { guard, spec: Spec { scope, ..spec }, _scoped: PhantomData }
    }
}

impl<D> IdempotencyLayer<D> {
    /// One operation for all requests, in place of one for each route.
    ///
    /// They share their keys, and are told apart by their routes all the same: a key that was used at one of them is refused
    /// at another, because the layer does not know whether they do the same.
    pub fn operation(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.spec.operation = Some(Cow::Owned(operation_name(&name.into())));
        self
    }

    /// How long a run may give no sign of life before a retry takes its place; it is renewed while the handler runs.
    ///
    /// # Panics
    /// If it is zero, or not shorter than the time that answers are kept.
    pub fn lease(mut self, lease: Duration) -> Self {
        assert!(
            !lease.is_zero() && lease < self.spec.policy.ttl,
            "a lease is shorter than what it leads to is kept"
        );
        self.spec.policy.lease = lease;
        self
    }

    /// Statuses of answers that are kept although they usually are not.
    pub fn keep(mut self, statuses: &'static [u16]) -> Self {
        self.spec.policy.options.keep = statuses;
        self
    }

    /// Statuses of answers that are not kept although they usually are.
    pub fn free(mut self, statuses: &'static [u16]) -> Self {
        self.spec.policy.options.free = statuses;
        self
    }

    /// Leaves out of the comparison of JSON bodies what these JSON pointers (RFC 6901) point at, such as a time that a
    /// client writes anew into every attempt. `*` points at every element of a list and every value of a map.
    ///
    /// # Panics
    /// If one is not a JSON pointer.
    #[track_caller]
    pub fn skip(mut self, pointers: &'static [&'static str]) -> Self {
        for pointer in pointers {
            assert!(
                FingerprintForm::is_pointer(pointer),
                "{pointer:?} is not a JSON pointer\nhelp: write it as in \"/sent_at\""
            );
        }
        let form = FingerprintForm { body: Selection::Skip(pointers), ..FingerprintForm::DEFAULT };
        self.spec.policy.options.fingerprint = Some(form);
        self
    }

    /// Headers that are kept although they usually are not.
    ///
    /// # Panics
    /// On the first request, if one is not the name of a header.
    pub fn store_headers(mut self, names: &'static [&'static str]) -> Self {
        self.spec.policy.options.store_headers = names;
        self
    }

    /// Headers that are not kept although they usually are.
    ///
    /// # Panics
    /// On the first request, if one is not the name of a header.
    pub fn drop_headers(mut self, names: &'static [&'static str]) -> Self {
        self.spec.policy.options.drop_headers = names;
        self
    }

    /// Whether the [audit trail](Idempotency::audit) has these operations; else that is as [`Audit`](super::Audit) says.
    ///
    /// # Panics
    /// If it shall, and there is no audit trail.
    #[track_caller]
    pub fn audit(mut self, on: bool) -> Self {
        assert!(
            !on || self.guard.keeps_audit(),
            "this layer keeps no audit trail\nhelp: switch it on with `.audit(Audit::new())` on its `Idempotency`"
        );
        self.spec.policy.options.audit = Some(on);
        self
    }

    /// The extractor that finds out how a lost execution ended, and the state that it is extracted with.
    ///
    /// # Panics
    /// If handlers take a [`Tx`](crate::Tx): such an execution has no claim that could be lost.
    pub fn recover_with_state<T, S>(mut self, state: S) -> Self
    where
        T: Recover + FromRequestParts<S> + 'static,
        S: Clone + Send + Sync + 'static,
    {
        assert!(!self.spec.policy.transactional, "{NOT_BOTH}");
        self.spec.policy.options.on_lost = Some(OnLost::Recover);
        self.spec.recover = Some(Arc::new(move |mut parts, lost| {
            let state = state.clone();
            Box::pin(async move {
                let found = recover::<T, S>(&mut parts, &state, lost, None::<fn(_) -> _>).await;
                (parts, found)
            })
        }));
        self
    }
}

impl<D> IdempotencyLayer<D> {
    /// Handlers take a [`Tx`](crate::Tx), and their records are committed with their writes.
    ///
    /// The store must be a [`DatabaseStore`](super::DatabaseStore), such as `SqliteStore`: with another one every request is answered 500.
    ///
    /// # Panics
    /// If there is a [recovery](Self::recover_with_state): such an execution has no claim that could be lost.
    pub fn transactional(mut self) -> Self {
        assert!(self.spec.recover.is_none(), "{NOT_BOTH}");
        self.spec.policy.transactional = true;
        self
    }
}

impl Spec {
    fn rules(&self, guard: &Guard, request: &Request) -> Option<Arc<Rules>> {
        let method = request.method();
        let (operation, is_known) = match (&self.operation, Route::of(request)) {
            (Some(operation), _) => (operation.clone(), true),
            (None, Route::At(path)) => {
                (Cow::Owned(operation_name(&format!("{method} {path}"))), is_usual(method))
            }
            // Another than that of the route that a release may put there.
            (None, Route::Missing(path)) => (Cow::Owned(format!("{method} * {path}")), false),
            (None, Route::Unknown) => return None,
        };
        if !is_known {
            return Some(Arc::new(guard.rules_of(&self.policy, operation)));
        }
        let key = operation.clone().into_owned();
        if let Some(rules) = self.rules.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Some(Arc::clone(rules));
        }
        let rules = Arc::new(guard.rules_of(&self.policy, operation));
        let mut all = self.rules.write().unwrap_or_else(PoisonError::into_inner);
        Some(Arc::clone(all.entry(key).or_insert(rules)))
    }
}

impl<I> Layer<I> for IdempotencyLayer<Scoped> {
    type Service = IdempotencyService<I>;

    fn layer(&self, inner: I) -> Self::Service {
        IdempotencyService { inner, guard: Arc::clone(&self.guard), spec: self.spec.clone() }
    }
}

/// What [`IdempotencyLayer`] makes of a service.
#[derive(Clone)]
pub struct IdempotencyService<I> {
    inner: I,
    guard: Arc<Guard>,
    spec: Spec,
}

impl<I> Service<Request> for IdempotencyService<I>
where
    I: Service<Request, Response = Response, Error = Infallible> + Clone + Send + 'static,
    I::Future: Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        // The one that was polled ready is the one that is called.
        let clone = self.inner.clone();
        let inner = std::mem::replace(&mut self.inner, clone);
        if request.method().is_safe() || opens_socket(&request) {
            let mut inner = inner;
            return Box::pin(inner.call(request));
        }
        let (guard, spec) = (Arc::clone(&self.guard), self.spec.clone());
        Box::pin(async move {
            let mut response = guarded(guard, spec, inner, request).await;
            keep_from_caches(response.headers_mut());
            Ok(response)
        })
    }
}

async fn guarded<I>(guard: Arc<Guard>, spec: Spec, inner: I, request: Request) -> Response
where
    I: Service<Request, Response = Response, Error = Infallible> + Send + 'static,
    I::Future: Send + 'static,
{
    let Some(rules) = spec.rules(&guard, &request) else {
        telemetry::misused(
            "`IdempotencyLayer` knows no operation outside of axum's routes: it needs `operation`",
        );
        return problems::internal().into_response();
    };
    let (mut parts, body) = request.into_parts();
    parts.extensions.insert(OperationPerRoute);
    let (parts, scope) = match &spec.scope {
        Some(of) => of(parts).await,
        None => (parts, Ok(String::new())),
    };
    let scope = match scope {
        Ok(scope) if spec.policy.scope.knows(&scope, &parts.headers) => scope,
        Ok(_) => return problems::scope_missing(spec.policy.scope).into_response(),
        Err(rejection) => return rejection,
    };
    let operation = Inner { service: inner, recover: spec.recover, keep: spec.policy.options.keep };
    let caller =
        Caller { scope: scope.as_bytes(), version: None, head: None, may_run: true, comparison: None };
    match guard.run(&rules, &caller, Request::from_parts(parts, body), Box::new(operation)).await {
        GuardOutcome::Response(response) | GuardOutcome::Replayed { response, .. } => response,
        GuardOutcome::NothingStored => problems::internal().into_response(),
    }
}

/// The service behind a layer, for one call.
struct Inner<I> {
    service: I,
    recover: Option<RecoveryOf>,
    keep: &'static [u16],
}

impl<I> Operation for Inner<I>
where
    I: Service<Request, Response = Response, Error = Infallible> + Send + 'static,
    I::Future: Send + 'static,
{
    fn run(mut self: Box<Self>, request: Request) -> BoxFuture<'static, HandlerOutcome> {
        Box::pin(async move {
            let is_missing = matches!(Route::of(&request), Route::Missing(_));
            let Ok(response) = self.service.call(request).await;
            if is_lacking(response.status(), is_missing) && !self.keep.contains(&response.status().as_u16()) {
                return HandlerOutcome::rejected(response);
            }
            HandlerOutcome::returned(response)
        })
    }

    fn recover(mut self: Box<Self>, request: Request, lost: Lost) -> BoxFuture<'static, HandlerOutcome> {
        let Some(recover) = self.recover.take() else { return self.run(request) };
        Box::pin(async move {
            let (execution, claim) = lost.into_parts();
            let (parts, body) = request.into_parts();
            let (parts, found) = recover(parts, execution).await;
            Lost::resolve(claim, found, || self.run(Request::from_parts(parts, body))).await
        })
    }

    fn fetch(
        self: Box<Self>,
        _: Request,
        _: StoredReference,
    ) -> BoxFuture<'static, Result<ReferenceResult, Response>> {
        // A layer stores no references.
        Box::pin(std::future::ready(Ok(ReferenceResult::Changed)))
    }
}

impl<D> Clone for IdempotencyLayer<D> {
    fn clone(&self) -> Self {
        Self { guard: Arc::clone(&self.guard), spec: self.spec.clone(), _scoped: PhantomData }
    }
}

impl<D> fmt::Debug for IdempotencyLayer<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdempotencyLayer").field("policy", &self.spec.policy).finish_non_exhaustive()
    }
}

impl<I> fmt::Debug for IdempotencyService<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdempotencyService").field("policy", &self.spec.policy).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MemoryStore;
    use axum::Router;
    use axum::body::Body;
    use axum::routing::any;

    /// Paths that are not there and methods that nobody knows are as many as a client likes.
    #[tokio::test]
    async fn clients_do_not_have_it_remember_more_than_the_router_has() {
        let once = IdempotencyLayer::new(MemoryStore::new(), Duration::from_hours(24)).scope_global();
        let mut app = Router::new().route("/pay", any(|| async { "paid" })).layer(once.clone());
        for (method, path) in
            [("POST", "/pay"), ("PURGE", "/pay"), ("X", "/pay"), ("POST", "/1"), ("PUT", "/2")]
        {
            let request = Request::builder().method(method).uri(path).header("idempotency-key", "k");
            let answer = app.call(request.body(Body::empty()).unwrap()).await.unwrap();
            assert_eq!(answer.status(), if path == "/pay" { 200 } else { 404 }, "{method} {path}");
        }
        assert_eq!(once.spec.rules.read().unwrap().len(), 1);
    }

    #[tokio::test]
    async fn a_socket_needs_no_key_in_any_version_of_http() {
        let once = IdempotencyLayer::new(MemoryStore::new(), Duration::from_hours(24)).scope_global();
        let mut app = Router::new().route("/live", any(|| async { "open" })).layer(once);
        for (method, version, status) in [
            (Method::GET, Version::HTTP_11, 200),
            (Method::CONNECT, Version::HTTP_2, 200),
            (Method::CONNECT, Version::HTTP_11, 400),
            (Method::POST, Version::HTTP_2, 400),
        ] {
            let request = Request::builder().method(method).version(version).uri("/live");
            assert_eq!(app.call(request.body(Body::empty()).unwrap()).await.unwrap().status(), status);
        }
    }

    /// Retries arrive after a release that calls a parameter otherwise.
    #[tokio::test]
    async fn parameter_is_renamed_then_retries_are_replayed() {
        let store = MemoryStore::new();
        let pay = async |operation: Option<&'static str>, route: &str, path: &str| {
            let once = IdempotencyLayer::new(store.clone(), Duration::from_hours(24)).scope_global();
            let once = if let Some(name) = operation { once.operation(name) } else { once };
            let mut app = Router::new().route(route, any(|| async { "paid" })).layer(once);
            let request = Request::builder().method("POST").uri(path).header("idempotency-key", "k");
            let response = app.call(request.body(Body::empty()).unwrap()).await.unwrap();
            assert_eq!(response.headers()["cache-control"], "no-store");
            (response.status().as_u16(), response.headers().contains_key("idempotency-replayed"))
        };
        for operation in [None, Some("refund")] {
            assert_eq!(pay(operation, "/orders/{id}/refunds", "/orders/1/refunds").await, (200, false));
            for route in ["/orders/{id}/refunds", "/orders/{order}/refunds"] {
                assert_eq!(pay(operation, route, "/orders/1/refunds").await, (200, true), "{operation:?}");
                assert_eq!(pay(operation, route, "/orders/2/refunds").await, (422, false), "{operation:?}");
            }
        }
    }
}
