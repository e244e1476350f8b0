//! What takes long with a large body runs on threads of its own: other requests wait for that of the executor.

use super::database::TestDatabase;
use super::*;
use crate::idempotency::Tx;
use crate::idempotency::fingerprint::test_versions::{FIRST, THIRD, WITHOUT_NOTE};
use crate::idempotency::fingerprint::{BodyValue, RequestComparison};
use crate::idempotency_policy::OnStoreDown;
use axum::extract::FromRequestParts;
use std::thread::{self, ThreadId};

/// Compares the bodies of another one, and notes on which threads.
struct Noted(Mutex<Vec<ThreadId>>);

/// The threads on which large texts were hashed.
static HASHED: Mutex<Vec<ThreadId>> = Mutex::new(Vec::new());

impl Noted {
    fn new() -> &'static Self {
        Box::leak(Box::new(Self(Mutex::default())))
    }

    fn note(&self) -> &'static dyn RequestComparison {
        self.0.lock().unwrap().push(thread::current().id());
        &WITHOUT_NOTE
    }

    /// Returns how often a body was read here, and elsewhere.
    fn counts(&self) -> (usize, usize) {
        let (here, threads) = (thread::current().id(), self.0.lock().unwrap());
        let hashed = HASHED.lock().unwrap().iter().filter(|thread| **thread == here).count();
        let read = threads.iter().filter(|thread| **thread == here).count();
        (read + hashed, threads.len() - read)
    }
}

impl RequestComparison for Noted {
    fn skips_fields(&self, version: Option<Date>) -> bool {
        WITHOUT_NOTE.skips_fields(version)
    }

    fn reads_alike(&self, body: &[u8], one: Date, other: Date) -> bool {
        self.note().reads_alike(body, one, other)
    }

    fn is_comparable(&self, one: Date, other: Date) -> bool {
        WITHOUT_NOTE.is_comparable(one, other)
    }

    fn is_faithful(&self, version: Date) -> bool {
        WITHOUT_NOTE.is_faithful(version)
    }

    fn is_readable(&self, body: &[u8], version: Date) -> bool {
        self.note().is_readable(body, version)
    }

    fn type_id(&self, version: Option<Date>) -> Option<u64> {
        WITHOUT_NOTE.type_id(version)
    }

    fn value(&self, body: &[u8], at: Option<Date>, to: Option<Date>) -> Option<BodyValue> {
        self.note().value(body, at, to)
    }
}

fn hash(parts: &[&[u8]]) -> [u8; 32] {
    let text = parts.concat();
    if text.len() > 64 * 1024 {
        HASHED.lock().unwrap().push(thread::current().id());
    }
    let mut hash = [0_u8; 32];
    text.iter().enumerate().for_each(|(at, byte)| hash[at % 32] = hash[at % 32].wrapping_mul(31) ^ byte);
    hash
}

fn large(member: &str) -> String {
    format!("{{\"{member}\":1,\"note\":\"{}\"}}", "x".repeat(100_000))
}

/// Requests that are the same, and that are not: at their version, and how the guard responds when the first has ended.
fn duplicates() -> [(Option<Date>, String, u16); 5] {
    [
        (FIRST, large("a"), 200),
        (FIRST, large("a").replace(':', " : "), 200),
        (THIRD, large("b"), 200),
        // Its client was given a new version since it wrote the body.
        (THIRD, large("a"), 200),
        (THIRD, large("b").replace('1', "2"), 422),
    ]
}

async fn tx(request: Request) -> Result<Tx<TestDatabase>, HandlerOutcome> {
    let (mut parts, _) = request.into_parts();
    Tx::from_request_parts(&mut parts, &()).await.map_err(HandlerOutcome::rejected)
}

#[tokio::test]
async fn large_bodies_are_compared_on_other_threads() {
    for policy in [&POLICY, &TX] {
        let noted = Noted::new();
        let guard = Idempotency::new(TestDatabase::new()).hash_with(hash).into_guard();
        let caller =
            |version, may_run| Caller { version, may_run, head: THIRD, comparison: Some(noted), ..CALLER };
        let send = async |version, may_run, body: String| {
            received(guard.send_as(&caller(version, may_run), policy, request("k", body), no_call).await)
                .await
        };
        let (entered, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let first = {
            let (guard, entered, go_on) = (Arc::clone(&guard), Arc::clone(&entered), Arc::clone(&go_on));
            let caller = caller(FIRST, true);
            tokio::spawn(async move {
                let handler = move |request| async move {
                    let tx = if policy.transactional { Some(tx(request).await.ok().unwrap()) } else { None };
                    entered.notify_one();
                    go_on.notified().await;
                    drop(tx);
                    returned("done")
                };
                guard.send_as(&caller, policy, request("k", large("a")), handler).await
            })
        };
        entered.notified().await;
        for (version, body, status) in duplicates() {
            let status = if status == 200 { 409 } else { status };
            for may_run in [true, false] {
                assert_eq!(send(version, may_run, body.clone()).await.status, status, "{version:?}");
            }
        }
        go_on.notify_one();
        assert_eq!(received(first.await.unwrap()).await, fresh(200, "done"));
        for (version, body, status) in duplicates() {
            for may_run in [true, false] {
                assert_eq!(send(version, may_run, body.clone()).await.status, status, "{version:?}");
            }
        }
        let (here, elsewhere) = noted.counts();
        assert_eq!(here, 0);
        assert!(elsewhere > 10, "{elsewhere}");
    }
}

#[tokio::test]
async fn store_is_down_then_large_bodies_are_hashed_on_another_thread() {
    const UNPROTECTED: IdempotentPolicy = IdempotentPolicy {
        options: Options { on_store_down: Some(OnStoreDown::Execute), ..Options::NONE },
        ..POLICY
    };
    let noted = Noted::new();
    let store = TestStore::new(|_| Fault::Fail);
    let guard = Idempotency::new(store).hash_with(hash).into_guard();
    let caller = Caller { version: FIRST, head: THIRD, comparison: Some(noted), ..CALLER };
    let handler = |_| async { returned("done") };
    let outcome = guard.send_as(&caller, &UNPROTECTED, request("k", large("a")), handler).await;
    assert_eq!(received(outcome).await, fresh(200, "done"));
    let (here, elsewhere) = noted.counts();
    assert_eq!((here, elsewhere), (0, 1));
}

#[tokio::test]
async fn small_bodies_are_compared_at_once() {
    let noted = Noted::new();
    let guard = guard(MemoryStore::new());
    let caller = |version| Caller { version, head: THIRD, comparison: Some(noted), ..CALLER };
    for (version, body, is_replay) in [(FIRST, r#"{"a":1}"#, false), (THIRD, r#"{"b":1}"#, true)] {
        let handler = |_| async { returned("done") };
        let outcome = guard.send_as(&caller(version), &POLICY, request("k", body), handler).await;
        assert_eq!(received(outcome).await.replayed, is_replay);
    }
    assert_eq!(noted.counts().1, 0);
}
