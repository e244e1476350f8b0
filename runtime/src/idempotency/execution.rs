use super::audit::{AuditDraft, Subject};
use super::capture::{self, Captured, Ended as Handler};
use super::drain::Permit;
use super::engine::{Action, Event, Keep, OnLost};
use super::fingerprint::Asked;
use super::in_flight::Entered;
use super::record::{RecordId, Token};
use super::recover::Lost;
use super::reference::Referred;
use super::report;
use super::rules::Rules;
use super::store::{self, Store, StoreError};
use crate::endpoint::Answer;
use axum::response::Response;
use std::convert::Infallible;
use std::fmt;
use std::future::{self, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use steadfast_core::Date;
use tokio::time::{Instant, sleep};

/// When to try again to renew a claim, after an attempt that failed.
const RENEW_AGAIN: Duration = Duration::from_millis(500);

/// What an execution begins with.
#[derive(Debug, Clone)]
pub(crate) enum Begin {
    /// Nothing is known of an execution before it.
    Fresh,
    /// It is done already, and only its answer is to be found again. Nothing is executed.
    Done(Referred),
    /// An execution before it was lost. How that ended is to be found out first.
    Lost(Box<(Lost, Held)>),
}

/// The claim of an execution, for what happens before the handler is entered.
#[derive(Clone)]
pub(crate) struct Held {
    pub(super) store: Arc<dyn Store>,
    pub(super) id: RecordId,
    pub(super) token: Token,
    pub(super) lease: Duration,
}

impl Held {
    /// Whether it is still the execution's own: finding out how another one ended may have taken longer than its lease.
    pub(crate) async fn is_own(&self) -> bool {
        let Self { store, id, token, lease } = self;
        matches!(store.apply(*id, Event::Renew { token: *token, lease: *lease }).await, Ok(Action::Done))
    }
}

impl fmt::Debug for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Held").field(&self.id).finish()
    }
}

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
    pub(super) rules: Arc<Rules>,
    pub(super) id: RecordId,
    pub(super) token: Token,
    pub(super) asked: Asked,
    pub(super) version: Option<Date>,
    pub(super) subject: Option<Arc<Subject>>,
    pub(super) entered: Entered,
    pub(super) permit: Permit,
}

impl Execution {
    // One end for all, after the handler's future is gone: the task's box stays small.
    #[expect(clippy::manual_async_fn, reason = "an `async fn` would hold the execution twice")]
    pub(super) fn run(
        self,
        handler: impl Future<Output = Answer> + Send,
    ) -> impl Future<Output = Ended> + Send {
        async move {
            let captured = {
                let captured = pin!(capture::run(handler, &self.rules, self.version));
                self.renewing(captured).await
            };
            let (event, response) = self.end(captured);
            let completes = matches!(event, Event::Complete { .. });
            let audited = self.subject.clone().map(|subject| (subject, Arc::clone(&self.store)));
            let draft =
                audited.as_ref().map(|(subject, _)| Box::new(subject.ended(&event, response.as_ref())));
            let (id, rules) = (self.id, Arc::clone(&self.rules));
            let settled = match store::apply(&*self.store, id, event.clone(), draft.clone()).await {
                Ok(action) => {
                    drop(self);
                    Some(action)
                }
                Err(error) => {
                    self.settle_later(event, draft, &error);
                    None
                }
            };
            match (response, settled) {
                (None, _) => Ended::Failed,
                (Some(response), Some(found)) if completes && !matches!(found, Action::Done) => {
                    report::fenced(&rules.operation, id);
                    if let Some((subject, store)) = audited
                        && let Err(error) = store::append(&*store, id, subject.overtaken(&response)).await
                    {
                        report::store_failed(&rules.operation, &error);
                    }
                    Ended::Overtaken(found)
                }
                // A store that fails cannot undo the effect: the client hears what happened.
                (Some(response), _) => Ended::Answered(response),
            }
        }
    }

    /// What is to be recorded of how the handler ended, and what it answered.
    fn end(&self, captured: Option<Captured>) -> (Event, Option<Response>) {
        let Self { rules, token, asked, version, .. } = self;
        let (token, asked, version) = (*token, asked.clone(), *version);
        let Some(Captured { response, ended }) = captured else {
            report::panicked(&rules.operation);
            // It is lost as it would be with its process, only that this is known at once.
            let event = if rules.on_lost == OnLost::Reexecute {
                Event::Release { token }
            } else {
                Event::Lose { token, asked, version }
            };
            return (event, None);
        };
        let event = match ended {
            Handler::Retryable => Event::Release { token },
            Handler::Unknown => Event::Lose { token, asked, version },
            Handler::Final { outcome, ttl } | Handler::Unwritten { outcome, ttl } => {
                let keep = Keep { ttl: ttl.unwrap_or(rules.keep.ttl), ..rules.keep };
                Event::Complete { token, asked, outcome, keep }
            }
        };
        (event, Some(response))
    }

    /// Runs `work`, and keeps the claim alive meanwhile.
    async fn renewing<T>(&self, mut work: Pin<&mut impl Future<Output = T>>) -> T {
        // `work` is polled first: a handler that need not wait starts no timer.
        let mut renewal = None;
        poll_fn(|context| {
            let polled = work.as_mut().poll(context);
            if polled.is_pending() {
                let renewal = renewal.get_or_insert_with(|| Box::pin(self.renew()));
                match renewal.as_mut().poll(context) {
                    Poll::Ready(never) => match never {},
                    Poll::Pending => {}
                }
            }
            polled
        })
        .await
    }

    async fn renew(&self) -> Infallible {
        let (token, lease) = (self.token, self.rules.lease);
        let mut pause = lease / 3;
        loop {
            sleep(pause).await;
            pause = lease / 3;
            match self.store.apply(self.id, Event::Renew { token, lease }).await {
                // Completion will find out what took the claim's place.
                Ok(Action::Lost) => return future::pending().await,
                Ok(_) => {}
                Err(error) => {
                    report::store_failed(&self.rules.operation, &error);
                    pause = pause.min(RENEW_AGAIN);
                }
            }
        }
    }

    /// Records how the execution ended, after a store that failed to. The attempts go on behind the client's back until
    /// the lease ends: from then on a retry would run again in any case. Until then it does not in this process.
    fn settle_later(self, event: Event, draft: Option<Box<AuditDraft>>, error: &StoreError) {
        let Self { store, rules, id, entered, permit, .. } = self;
        report::settling_failed(&rules.operation, id, error);
        let drain = permit.follow_up();
        drop(permit);
        let deadline = Instant::now() + rules.lease;
        tokio::spawn(async move {
            let mut pause = Duration::from_millis(50);
            while Instant::now() + pause < deadline {
                sleep(pause).await;
                if store::apply(&*store, id, event.clone(), draft.clone()).await.is_ok() {
                    break;
                }
                pause = (pause * 2).min(Duration::from_secs(2));
            }
            drop((entered, drain));
        });
    }
}

/// Runs a handler whose outcome is recorded nowhere.
pub(super) async fn unprotected(
    handler: impl Future<Output = Answer>,
    rules: Arc<Rules>,
    entered: Option<Entered>,
    permit: Permit,
) -> Ended {
    let captured = capture::run(handler, &rules, None).await;
    drop((entered, permit));
    if let Some(captured) = captured {
        Ended::Answered(captured.response)
    } else {
        report::panicked(&rules.operation);
        Ended::Failed
    }
}
