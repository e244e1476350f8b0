use super::*;
use crate::idempotency::fingerprint::{BodyRule, Hashing};
use crate::idempotency::key::Key;
use crate::idempotency::operation::Lost;
use crate::idempotency::reference::{ReferenceResult, StoredReference};
use crate::idempotency::{AuditTrail, Idempotency, MemoryStore, Store};
use crate::idempotency_policy::{Options, ScopeRule};
use crate::outcome::HandlerOutcome;
use axum::body::Body;
use bytes::Bytes;
use http::{StatusCode, header};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use steadfast_core::FixedClock;
use steadfast_engine::RecordId;
use store::{Call, Fault, TestStore};
use tokio::sync::Notify;

mod basics;
mod bodies;
mod clients;
mod conflicts;
mod database;
mod faults;
mod full;
mod late_replies;
mod lost_replies;
mod recovery;
mod rendering;
mod replays;
mod responses;
mod sizes;
mod store;
mod threads;
#[cfg(feature = "sqlite")]
mod tx;
#[cfg(feature = "sqlite")]
mod tx_ended;
#[cfg(feature = "sqlite")]
mod tx_faults;
mod tx_finish;
mod unprotected;
mod unreadable;
mod versions;

const POLICY: IdempotentPolicy = IdempotentPolicy {
    operation: "create_payment",
    operation_id: 0,
    named: true,
    scope: ScopeRule::Global,
    ttl: Duration::from_hours(24),
    lease: Duration::from_mins(1),
    transactional: false,
    stepped: false,
    referring: false,
    options: Options::NONE,
};

/// An execution that is lost does not run again.
const HOLD: IdempotentPolicy =
    IdempotentPolicy { options: Options { on_lost: Some(OnLost::Hold), ..Options::NONE }, ..POLICY };

/// The handlers take a `Tx`.
const TX: IdempotentPolicy = IdempotentPolicy { transactional: true, ..POLICY };

/// An operation that is a closure.
struct Closure<F>(F);

impl<F, Fut> Operation for Closure<F>
where
    F: FnOnce(Request) -> Fut + Send + 'static,
    Fut: Future<Output = HandlerOutcome> + Send + 'static,
{
    fn run(self: Box<Self>, request: Request) -> BoxFuture<'static, HandlerOutcome> {
        Box::pin(async move { (self.0)(request).await })
    }

    fn recover(self: Box<Self>, _: Request, lost: Lost) -> BoxFuture<'static, HandlerOutcome> {
        panic!("{lost:?}")
    }

    fn fetch(
        self: Box<Self>,
        _: Request,
        reference: StoredReference,
    ) -> BoxFuture<'static, Result<ReferenceResult, Response>> {
        panic!("{reference:?}")
    }
}

/// A caller at the newest version of an API without versions.
const CALLER: Caller<'static> =
    Caller { scope: b"", version: None, head: None, may_run: true, comparison: None };

impl Guard {
    async fn send<F, Fut>(&self, policy: &IdempotentPolicy, request: Request, handler: F) -> GuardOutcome
    where
        F: FnOnce(Request) -> Fut + Send + 'static,
        Fut: Future<Output = HandlerOutcome> + Send + 'static,
    {
        self.send_as(&CALLER, policy, request, handler).await
    }

    async fn send_as<F, Fut>(
        &self,
        caller: &Caller<'_>,
        policy: &IdempotentPolicy,
        request: Request,
        handler: F,
    ) -> GuardOutcome
    where
        F: FnOnce(Request) -> Fut + Send + 'static,
        Fut: Future<Output = HandlerOutcome> + Send + 'static,
    {
        self.run(&self.rules(policy), caller, request, Box::new(Closure(handler))).await
    }
}

fn guard(store: impl Store) -> Arc<Guard> {
    Idempotency::new(store).into_guard()
}

fn request(key: &str, body: impl Into<Body>) -> Request {
    http::Request::post("/payments").header("Idempotency-Key", key).body(body.into()).unwrap()
}

/// Returns the id of the record of a key.
fn id_of(key: &str) -> RecordId {
    record_id(&Hashing::default(), b"", POLICY.operation, &Key::parse(key.as_bytes()).unwrap())
}

/// Returns a handler's response with this body.
fn returned(response: impl IntoResponse) -> HandlerOutcome {
    HandlerOutcome::returned(response.into_response())
}

/// What a client receives.
#[derive(Debug, PartialEq, Eq)]
struct Received {
    status: u16,
    replayed: bool,
    body: String,
}

impl Received {
    /// Returns the status and the kind of problem that the body is.
    fn problem(&self) -> (u16, &str) {
        let (_, rest) = self.body.split_once("urn:steadfast:problem:").unwrap_or_else(|| panic!("{self:?}"));
        (self.status, rest.split('"').next().unwrap())
    }
}

async fn received(outcome: GuardOutcome) -> Received {
    let (response, is_replay) = match outcome {
        GuardOutcome::Response(response) => (response, false),
        GuardOutcome::Replayed { response, .. } => (response, true),
        GuardOutcome::NothingStored => panic!("nothing is stored"),
    };
    let replayed = response.headers().contains_key("idempotency-replayed");
    assert_eq!(replayed, is_replay);
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    Received { status, replayed, body: String::from_utf8(body.to_vec()).unwrap() }
}

fn fresh(status: u16, body: &str) -> Received {
    Received { status, replayed: false, body: body.to_owned() }
}

fn replayed(status: u16, body: &str) -> Received {
    Received { status, replayed: true, body: body.to_owned() }
}

/// A handler that counts its calls and responds with their number.
#[derive(Clone)]
struct Handler {
    calls: Arc<AtomicU32>,
    status: StatusCode,
}

impl Handler {
    fn new(status: StatusCode) -> Self {
        Self { calls: Arc::default(), status }
    }

    fn calls(&self) -> u32 {
        self.calls.load(Ordering::SeqCst)
    }

    fn call(&self) -> HandlerOutcome {
        let call = self.calls.fetch_add(1, Ordering::SeqCst) + 1;
        returned((self.status, format!("call {call}")))
    }

    async fn send(&self, guard: &Arc<Guard>, request: Request) -> GuardOutcome {
        self.send_by(&POLICY, guard, request).await
    }

    async fn send_by(&self, policy: &IdempotentPolicy, guard: &Arc<Guard>, request: Request) -> GuardOutcome {
        let this = self.clone();
        guard.send(policy, request, move |_| async move { this.call() }).await
    }

    async fn receive(&self, guard: &Arc<Guard>, request: Request) -> Received {
        received(self.send(guard, request).await).await
    }
}

/// A request whose handler waits in its own task until it is let go on.
struct Running {
    task: JoinHandle<GuardOutcome>,
    go_on: Arc<Notify>,
}

impl Running {
    /// Returns when the handler is entered.
    async fn start(
        guard: &Arc<Guard>,
        policy: &'static IdempotentPolicy,
        request: Request,
        response: impl IntoResponse + Send + 'static,
    ) -> Self {
        let (entered, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let task = {
            let (guard, entered, go_on) = (Arc::clone(guard), Arc::clone(&entered), Arc::clone(&go_on));
            tokio::spawn(async move {
                let handler = move |_| async move {
                    entered.notify_one();
                    go_on.notified().await;
                    returned(response)
                };
                guard.send(policy, request, handler).await
            })
        };
        entered.notified().await;
        Self { task, go_on }
    }

    async fn finish(self) -> Received {
        self.go_on.notify_one();
        received(self.task.await.unwrap()).await
    }
}

async fn run_once(guard: &Arc<Guard>, key: &str, response: impl IntoResponse) -> GuardOutcome {
    let response = response.into_response();
    guard.send(&POLICY, request(key, ""), |_| async { returned(response) }).await
}

async fn no_call(_: Request) -> HandlerOutcome {
    panic!("the handler ran")
}

/// Sends a request whose handler must not run.
async fn retry(guard: &Arc<Guard>, key: &str, body: &'static str) -> Received {
    received(guard.send(&POLICY, request(key, body), no_call).await).await
}

async fn replay(guard: &Arc<Guard>, key: &str) -> Response {
    match guard.send(&POLICY, request(key, ""), no_call).await {
        GuardOutcome::Replayed { response, .. } => response,
        other => panic!("{other:?}"),
    }
}

/// Polls other tasks until `condition` holds.
async fn until(condition: impl AsyncFn() -> bool) {
    for _ in 0..10_000 {
        if condition().await {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("it never happens");
}

/// Returns what the audit trail has of all operations, in order.
async fn events(trail: &AuditTrail) -> Vec<AuditEvent> {
    let (mut entries, mut events) = (trail.entries(), Vec::new());
    while let Some(entry) = entries.next().await.unwrap() {
        events.push(entry.event);
    }
    events
}
