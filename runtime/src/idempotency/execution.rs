use super::capture::{self, Captured};
use super::drain::Permit;
use super::engine::{Action, Event};
use super::fingerprint::Asked;
use super::in_flight::Entered;
use super::policy::IdempotentPolicy;
use super::record::{RecordId, Token};
use super::report;
use super::store::{Store, StoreError};
use crate::endpoint::Answer;
use axum::response::Response;
use futures_util::future::{Either, select};
use std::convert::Infallible;
use std::future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;
use steadfast_core::Date;
use tokio::time::{Instant, sleep};

/// When to try again to renew a claim, after an attempt that failed.
const RENEW_AGAIN: Duration = Duration::from_millis(500);

/// How an execution ended, for whoever still waits for it.
pub(super) enum Ended {
    /// With the handler's own answer.
    Answered(Response),
    /// Another execution of the same operation was first: this is what it left.
    Overtaken(Action),
    /// With a panic, or with a transaction that the handler took away.
    Failed,
    /// Without having been able to begin.
    StoreFailed(StoreError),
    /// With a commit of which nobody knows whether it took effect.
    Unknown,
}

/// A claimed operation: runs the handler and records how it ended, whether or not the client is still there.
pub(super) struct Execution {
    pub(super) store: Arc<dyn Store>,
    pub(super) policy: &'static IdempotentPolicy,
    pub(super) id: RecordId,
    pub(super) token: Token,
    pub(super) asked: Asked,
    pub(super) version: Option<Date>,
    pub(super) entered: Entered,
    pub(super) permit: Permit,
}

impl Execution {
    // One `settle` for all ends, after the handler's future is gone: the task's box stays small.
    pub(super) async fn run(self, handler: impl Future<Output = Answer>) -> Ended {
        let captured = {
            let captured = pin!(capture::run(handler, self.version));
            self.renewing(captured).await
        };
        let (Self { policy, id, token, .. }, asked) = (&self, self.asked.clone());
        let (policy, id, token) = (*policy, *id, *token);
        let (event, response) = match captured {
            None => {
                report::panicked(policy.operation);
                (Event::Release { token }, None)
            }
            Some(Captured::Retryable(response)) => (Event::Release { token }, Some(response)),
            Some(Captured::Final { outcome, response } | Captured::Unwritten { outcome, response }) => {
                (Event::Complete { token, asked, outcome, ttl: policy.ttl }, Some(response))
            }
        };
        let completes = matches!(event, Event::Complete { .. });
        let settled = self.settle(event).await;
        match (response, settled) {
            (None, _) => Ended::Failed,
            (Some(_), Some(found)) if completes && !matches!(found, Action::Done) => {
                report::fenced(policy.operation, id);
                Ended::Overtaken(found)
            }
            // A store that fails cannot undo the effect: the client hears what happened.
            (Some(response), _) => Ended::Answered(response),
        }
    }

    /// Runs `work`, and keeps the claim alive meanwhile.
    async fn renewing<T>(&self, work: Pin<&mut impl Future<Output = T>>) -> T {
        // `work` is polled first: a handler that need not wait starts no timer.
        match select(work, pin!(self.renew())).await {
            Either::Left((output, _)) => output,
            Either::Right((never, _)) => match never {},
        }
    }

    async fn renew(&self) -> Infallible {
        let Self { token, policy: IdempotentPolicy { lease, .. }, .. } = self;
        let mut pause = *lease / 3;
        loop {
            sleep(pause).await;
            pause = *lease / 3;
            match self.store.apply(self.id, Event::Renew { token: *token, lease: *lease }).await {
                // Completion will find out what took the claim's place.
                Ok(Action::Lost) => return future::pending().await,
                Ok(_) => {}
                Err(error) => {
                    report::store_failed(self.policy.operation, &error);
                    pause = pause.min(RENEW_AGAIN);
                }
            }
        }
    }

    /// Records how the execution ended. If the store fails, `None`, and the attempts go on behind the client's back
    /// until the lease ends: from then on a retry would run again in any case. Until then it does not in this process.
    async fn settle(self, event: Event) -> Option<Action> {
        let error = match self.store.apply(self.id, event.clone()).await {
            Ok(action) => return Some(action),
            Err(error) => error,
        };
        report::settling_failed(self.policy.operation, self.id, &error);
        let Self { store, policy, id, entered, permit, .. } = self;
        let drain = permit.follow_up();
        drop(permit);
        let deadline = Instant::now() + policy.lease;
        tokio::spawn(async move {
            let mut pause = Duration::from_millis(50);
            while Instant::now() + pause < deadline {
                sleep(pause).await;
                if store.apply(id, event.clone()).await.is_ok() {
                    break;
                }
                pause = (pause * 2).min(Duration::from_secs(2));
            }
            drop((entered, drain));
        });
        None
    }
}
