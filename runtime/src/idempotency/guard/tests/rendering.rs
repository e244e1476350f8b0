//! What happens after a handler has returned: it has done what it did, and does not run again.

use super::*;
use crate::context;

fn unrendered() -> HandlerOutcome {
    HandlerOutcome::unrendered(problems::internal().into_response())
}

async fn received_gone(guard: &Arc<Guard>) {
    for _ in 0..2 {
        let again = retry(guard, "k", "").await;
        assert_eq!((again.replayed, again.problem()), (true, (410, "response-unavailable")));
        assert!(again.body.contains(r#""original_status":500"#), "{again:?}");
    }
}

#[tokio::test]
async fn response_that_cannot_be_rendered_is_recorded_and_the_handler_does_not_run_again() {
    let guard = guard(MemoryStore::new());
    let handler = |_| async { unrendered() };
    let first = received(guard.send(&POLICY, request("k", ""), handler).await).await;
    assert_eq!(first.problem(), (500, "internal-error"));
    received_gone(&guard).await;
}

/// As behind a layer, whose handlers render their responses themselves.
#[tokio::test]
async fn rendering_panics_then_the_handler_does_not_run_again() {
    for (on_lost, event) in
        [(OnLost::Reexecute, AuditEvent::Completed), (OnLost::Hold, AuditEvent::Completed)]
    {
        let policy =
            IdempotentPolicy { options: Options { on_lost: Some(on_lost), ..Options::NONE }, ..POLICY };
        let idempotency = Idempotency::new(MemoryStore::new()).audit(crate::idempotency::Audit::new());
        let (trail, guard) = (idempotency.audit_trail(), idempotency.into_guard());
        let handler = |_| async {
            context::note_returned(&());
            panic!("secret")
        };
        let first = received(guard.send(&policy, request("k", ""), handler).await).await;
        assert_eq!(first.problem(), (500, "internal-error"));
        assert!(!first.body.contains("secret"));
        received_gone(&guard).await;
        assert_eq!(events(&trail).await, [event], "{on_lost:?}");
    }
}

/// What could not be rendered is undone with the handler's writes.
#[tokio::test]
async fn rendering_panics_then_a_transaction_is_rolled_back_and_the_key_is_free() {
    use super::database::TestDatabase;
    use crate::idempotency::Tx;
    use axum::extract::FromRequestParts;
    type Render = fn() -> HandlerOutcome;
    let late: Render = || {
        let (sender, body) = bodies::Slow::new();
        sender.send("panic").unwrap();
        returned(Response::new(Body::new(body)))
    };
    for render in [|| panic!("rendering"), unrendered as Render, late] {
        let database = TestDatabase::new();
        let guard = guard(database.clone());
        for _ in 0..2 {
            let handler = move |request: Request| async move {
                let (mut parts, _) = request.into_parts();
                Tx::<TestDatabase>::from_request_parts(&mut parts, &())
                    .await
                    .unwrap()
                    .push("ours".to_owned());
                context::note_returned(&());
                render()
            };
            let failed = received(guard.send(&TX, request("k", ""), handler).await).await;
            assert_eq!(failed.problem(), (500, "internal-error"));
        }
        assert_eq!(database.payments().len(), 0);
    }
}

#[tokio::test]
async fn rendering_panics_while_the_store_is_down_then_the_response_is_marked_as_unprotected() {
    use crate::idempotency_policy::OnStoreDown;
    let options = Options { on_store_down: Some(OnStoreDown::Execute), ..Options::NONE };
    let guard = guard(TestStore::new(|_| Fault::Fail));
    let handler = |_| async {
        context::note_returned(&());
        panic!("secret")
    };
    let outcome = guard.send(&IdempotentPolicy { options, ..POLICY }, request("k", ""), handler).await;
    let GuardOutcome::Response(response) = outcome else { panic!("a replay") };
    assert_eq!(response.headers()["idempotency-protected"], "false");
    assert_eq!(received(GuardOutcome::Response(response)).await.problem(), (500, "internal-error"));
}

/// Panics when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("dropped");
    }
}

/// Nothing can be recorded of an execution whose task ends so: it is as lost as with its process.
#[tokio::test]
async fn payload_of_a_panic_panics_then_the_key_is_free_after_its_lease() {
    let clock = FixedClock::new(Duration::from_secs(1000));
    let guard = guard(MemoryStore::new().clock(clock.clone()));
    let handler = |_| async { std::panic::panic_any(Bomb) };
    let failed = received(guard.send(&POLICY, request("k", ""), handler).await).await;
    assert_eq!(failed.problem(), (500, "internal-error"));
    assert_eq!(retry(&guard, "k", "").await.problem(), (409, "in-progress"));
    clock.advance(POLICY.lease);
    assert_eq!(Handler::new(StatusCode::OK).receive(&guard, request("k", "")).await, fresh(200, "call 1"));
}
