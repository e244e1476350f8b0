//! Executions that find out how another one ended.

use super::*;
use crate::idempotency::{FingerprintForm, OnLost, Request as Asking, Token};

#[tokio::test]
async fn a_recovery_that_outlived_its_lease_knows_it() {
    let clock = FixedClock::new(Duration::from_secs(1_750_000_000));
    let store = Arc::new(MemoryStore::new().clock(clock.clone()));
    let guard = guard(Shared(Arc::clone(&store)));
    let policy =
        IdempotentPolicy { options: Options { on_lost: Some(OnLost::Recover), ..Options::NONE }, ..POLICY };
    let lease = policy.lease;
    let caller = Caller { scope: b"", version: None, may_run: true, restate: None, counted: None };
    let panics = |_, _| -> BoxFuture<'static, Answer> { Box::pin(async { panic!("lost") }) };
    let first = guard.run(&guard.rules(&policy), &caller, request("k", ""), panics).await;
    assert_eq!(seen(first).await.status, 500);
    let execute = move |_, begin| -> BoxFuture<'static, Answer> {
        Box::pin(async move {
            let Begin::Lost(lost) = begin else { panic!("{begin:?}") };
            let (lost, held) = *lost;
            assert!(held.is_own().await);
            clock.advance(lease);
            let asked = Asked::of(
                &Hashing::default(),
                FingerprintForm::DEFAULT.into(),
                "create_payment",
                &mut request("k", "").into_parts().0,
                &Bytes::new(),
            );
            let other = Asking { on_lost: OnLost::Recover, ..Asking::new(asked, Token([9; 16]), lease) };
            let taken = store.apply(lost.id, Event::Request(other)).await.unwrap();
            assert!(matches!(taken, Action::Recover { .. }), "{taken:?}");
            assert!(!held.is_own().await);
            Answer::Rejected(StatusCode::CONFLICT.into_response())
        })
    };
    let second = guard.run(&guard.rules(&policy), &caller, request("k", ""), execute).await;
    assert_eq!(seen(second).await.status, 409);
}
