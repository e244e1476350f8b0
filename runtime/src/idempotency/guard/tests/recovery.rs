//! Executions that find out how another one ended.

use super::*;
use crate::idempotency::recover::Recovery;

/// An operation whose outcome is recovered; something else happens before it is.
struct Recovering(Recovery<Response>, BoxFuture<'static, ()>);

impl Operation for Recovering {
    fn run(self: Box<Self>, _: Request) -> BoxFuture<'static, HandlerOutcome> {
        Box::pin(async { panic!("lost") })
    }

    fn recover(self: Box<Self>, _: Request, lost: Lost) -> BoxFuture<'static, HandlerOutcome> {
        let Self(found, meanwhile) = *self;
        Box::pin(async move {
            let (_, claim) = lost.into_parts();
            assert!(claim.renew().await.unwrap());
            meanwhile.await;
            Lost::resolve(claim, Ok(found), || async { returned("ran again") }).await
        })
    }

    fn fetch(
        self: Box<Self>,
        _: Request,
        _: StoredReference,
    ) -> BoxFuture<'static, Result<ReferenceResult, Response>> {
        panic!("no reference is stored")
    }
}

const RECOVER: IdempotentPolicy =
    IdempotentPolicy { options: Options { on_lost: Some(OnLost::Recover), ..Options::NONE }, ..POLICY };

async fn recover(guard: &Arc<Guard>, found: Recovery<Response>) -> Received {
    recover_after(guard, found, async {}).await
}

async fn recover_after(
    guard: &Arc<Guard>,
    found: Recovery<Response>,
    meanwhile: impl Future<Output = ()> + Send + 'static,
) -> Received {
    let operation = Box::new(Recovering(found, Box::pin(meanwhile)));
    received(guard.run(&guard.rules(&RECOVER), &CALLER, request("k", ""), operation).await).await
}

#[tokio::test]
async fn lost_execution_is_recovered_until_its_outcome_is_known() {
    let idempotency = Idempotency::new(MemoryStore::new()).audit(crate::idempotency::Audit::new());
    let (trail, guard) = (idempotency.audit_trail(), idempotency.into_guard());
    assert_eq!(recover(&guard, Recovery::NotDone).await.problem(), (500, "internal-error"));
    for _ in 0..2 {
        assert_eq!(recover(&guard, Recovery::Unknown).await.problem(), (409, "outcome-unknown"));
    }
    let done = (StatusCode::CREATED, "done").into_response();
    assert_eq!(recover(&guard, Recovery::Done(done)).await, fresh(201, "done"));
    assert_eq!(recover(&guard, Recovery::Unknown).await, replayed(201, "done"));
    let lost = [AuditEvent::Indeterminate; 3];
    assert_eq!(events(&trail).await, [&lost[..], &[AuditEvent::Recovered]].concat());
}

#[tokio::test]
async fn operation_that_was_not_done_runs_in_the_same_request() {
    let guard = guard(MemoryStore::new());
    recover(&guard, Recovery::Unknown).await;
    assert_eq!(recover(&guard, Recovery::NotDone).await, fresh(200, "ran again"));
    assert_eq!(recover(&guard, Recovery::NotDone).await, replayed(200, "ran again"));
}

#[tokio::test]
async fn recovery_that_outlived_its_lease_does_not_run_beside_the_one_that_took_over() {
    let clock = FixedClock::new(Duration::from_secs(1000));
    let store = MemoryStore::new().clock(clock.clone());
    let (guard, elsewhere) = (guard(store.clone()), guard(store));
    recover(&guard, Recovery::Unknown).await;
    // Another process takes over before the outcome is known.
    let meanwhile = async move {
        clock.advance(RECOVER.lease);
        assert_eq!(recover(&elsewhere, Recovery::NotDone).await, fresh(200, "ran again"));
    };
    let first = recover_after(&guard, Recovery::NotDone, meanwhile).await;
    assert_eq!(first.problem(), (409, "in-progress"));
    assert_eq!(recover(&guard, Recovery::NotDone).await, replayed(200, "ran again"));
}
