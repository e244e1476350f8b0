//! Executions: a handler that runs, and the record of how it ended, whether or not its client is still there.

use super::audit::AuditContext;
use super::claim::{Claim, complete, entry_for, mark_lost};
use super::config::Rules;
use super::fingerprint::ValueHasher;
use super::in_flight::InFlightGuard;
use super::response_capture::{CapturedResponse, Recording, capture};
use super::shutdown::Permit;
use super::telemetry;
use super::tx_commit::TxCommit;
use super::vault::Vault;
use crate::context;
use crate::idempotency_policy::OnLost;
use crate::outcome::HandlerOutcome;
use axum::response::Response;
use futures_util::FutureExt;
use http::StatusCode;
use std::convert::Infallible;
use std::future::{self, poll_fn};
use std::panic::AssertUnwindSafe;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use steadfast_core::Date;
use steadfast_engine::{
    Action, AuditDraft, BoxFuture, Event, Fingerprint, StoreError, StoredOutcome, TypedFingerprint,
};
use tokio::time::{Instant, sleep};

/// When to try again to renew a claim, after an attempt that failed.
const RENEW_AGAIN: Duration = Duration::from_millis(500);

/// The result of an execution, for whoever still waits for it.
pub(super) enum ExecutionResult {
    /// The handler's own response.
    Response(Response),
    /// Another execution of the same operation was first: this is what it left.
    Superseded(Action),
    /// The handler panicked, or took its transaction away.
    Failed,
    /// The execution could not begin.
    StoreFailed(StoreError),
    /// It is not known whether the commit took effect.
    Unknown,
}

/// An operation that runs.
pub(super) struct Execution {
    pub(super) terms: Terms,
    pub(super) commit: Commit,
    /// Nobody begins a second execution in this process before these are dropped.
    pub(super) entered: Option<InFlightGuard>,
    pub(super) permit: Permit,
}

/// What holds for an execution, however it is recorded.
pub(super) struct Terms {
    pub(super) vault: Vault,
    pub(super) rules: Arc<Rules>,
    pub(super) version: Option<Date>,
    pub(super) audit: Option<Arc<AuditContext>>,
    /// Hashes the value that the handler has read, where requests of other versions are compared with it.
    pub(super) value_hasher: Option<ValueHasher>,
    /// The value of the request, where the outcome of a lost execution is found out and no handler may read it.
    pub(super) unread_value: Option<Box<TypedFingerprint>>,
}

impl Terms {
    /// Returns the fingerprint of a request whose handler has read this value.
    pub(super) fn with_value(&self, fingerprint: Fingerprint, value: Option<[u8; 16]>) -> Fingerprint {
        let typed = self.value_hasher.as_ref().zip(value).map(|(hasher, value)| hasher.hash(value));
        Fingerprint { typed: typed.or(fingerprint.typed), ..fingerprint }
    }

    /// Returns the fingerprint of a request whose outcome was found out, so that no handler has read its value.
    fn with_unread_value(&self, fingerprint: Fingerprint) -> Fingerprint {
        Fingerprint { typed: fingerprint.typed.or(self.unread_value.as_deref().copied()), ..fingerprint }
    }
}

/// How an execution is recorded.
pub(super) enum Commit {
    /// Under a claim, after the handler has returned.
    Claim(Arc<Claim>),
    /// In the handler's own transaction. Until it commits there is nothing that anybody else could see.
    Tx(TxCommit),
    /// Nowhere.
    Unprotected,
}

impl Execution {
    // The end is boxed, after the handler's future is gone: the task's box stays small.
    #[expect(clippy::manual_async_fn, reason = "an `async fn` would hold the execution twice")]
    pub(super) fn run(
        self,
        handler: impl Future<Output = HandlerOutcome> + Send,
    ) -> impl Future<Output = ExecutionResult> + Send {
        async move {
            let captured = {
                let captured = pin!(run_handler(handler, &self.terms));
                match &self.commit {
                    Commit::Claim(claim) => renewing(claim, &self.terms.rules, captured).await,
                    Commit::Tx(_) | Commit::Unprotected => captured.await,
                }
            };
            self.end(captured).await
        }
    }

    fn end(self, captured: Option<CapturedResponse>) -> BoxFuture<'static, ExecutionResult> {
        let Self { terms, commit, entered, permit } = self;
        if captured.is_none() {
            telemetry::panicked(&terms.rules.operation);
        }
        match commit {
            Commit::Claim(claim) => Box::pin(record(terms, claim, captured, (entered, permit))),
            Commit::Tx(commit) => Box::pin(async move {
                let result = commit.end(&terms, captured).await;
                // Only now may a duplicate look, or a drain be over.
                drop((entered, permit));
                result
            }),
            Commit::Unprotected => Box::pin(future::ready(match captured {
                Some(captured) => ExecutionResult::Response(captured.response),
                None => ExecutionResult::Failed,
            })),
        }
    }
}

/// Runs a handler, and captures its response; `None` if the handler panicked.
///
/// A handler that has returned did not panic, whatever does when its response is rendered or its body is read.
async fn run_handler(
    handler: impl Future<Output = HandlerOutcome>,
    terms: &Terms,
) -> Option<CapturedResponse> {
    // The payload of a panic may panic in turn when it is dropped: the task's own boundary catches that.
    let (outcome, facts) = context::recorded(AssertUnwindSafe(handler).catch_unwind()).await;
    let captured = match outcome {
        Ok(mut outcome) => {
            outcome.facts.has_shaped_headers |= facts.is_shaped;
            let captured = capture(outcome, facts.is_sensitive, &terms.rules, terms.version);
            AssertUnwindSafe(captured).catch_unwind().await.ok()
        }
        Err(_) if facts.returned => None,
        Err(_) => return None,
    };
    let captured = captured.unwrap_or_else(|| {
        telemetry::panicked(&terms.rules.operation);
        CapturedResponse::unrendered(terms.version)
    });
    Some(CapturedResponse { value: facts.value, ..captured })
}

/// Records under its claim how an execution ended.
// No `async fn`, which would hold what it is given twice.
fn record(
    terms: Terms,
    claim: Arc<Claim>,
    captured: Option<CapturedResponse>,
    running: (Option<InFlightGuard>, Permit),
) -> impl Future<Output = ExecutionResult> + Send {
    let (event, ended) = end_of(&terms, &claim, captured);
    let entry = terms.audit.as_ref().map(|audit| Box::new(audit.ended(&event, ended.as_ref())));
    let status = ended.as_ref().map(|ended| ended.response.status());
    let completion = Completion { terms, claim, event, entry, status };
    async move {
        let superseded = match completion.apply().await {
            Ok(superseded) => {
                drop(running);
                superseded
            }
            Err(error) => {
                let operation = &completion.terms.rules.operation;
                telemetry::settling_failed(operation, completion.claim.id(), &error);
                retry(completion, running);
                None
            }
        };
        match (ended, superseded) {
            (None, _) => ExecutionResult::Failed,
            (Some(_), Some(found)) => ExecutionResult::Superseded(found),
            // A store that fails cannot undo the effect: the client receives what happened.
            (Some(ended), None) => ExecutionResult::Response(ended.response),
        }
    }
}

/// The end of an execution under a claim, to be recorded.
struct Completion {
    terms: Terms,
    claim: Arc<Claim>,
    event: Event,
    entry: Option<Box<AuditDraft>>,
    /// The status of the response, if there is one.
    status: Option<StatusCode>,
}

impl Completion {
    /// Records the end. Returns what was found in its place if another execution has superseded this one, which came to a
    /// final response.
    async fn apply(&self) -> Result<Option<Action>, StoreError> {
        let Self { terms, claim, event, status, .. } = self;
        let found = match self.put(event).await {
            Err(StoreError::Full) => Box::pin(self.put_without_response()).await?,
            put => put?,
        };
        if found == Action::Applied || !matches!(event, Event::Complete { .. }) {
            return Ok(None);
        }
        telemetry::fenced(&terms.rules.operation, claim.id());
        if let Some((audit, status)) = terms.audit.as_ref().zip(*status)
            && let Err(error) = terms.vault.append(claim.id(), audit.superseded(status)).await
        {
            telemetry::store_failed(&terms.rules.operation, &error);
        }
        Ok(Some(found))
    }

    // Boxed, so that no future of this file is beyond a kibibyte.
    fn put<'a>(&'a self, event: &'a Event) -> BoxFuture<'a, Result<Action, StoreError>> {
        Box::pin(async move {
            self.claim.apply(event, &|before, _| entry_for(self.entry.as_deref(), before)).await
        })
    }

    /// Records the same end without the response, which takes less room: a retry is not to run again because there is no
    /// room for what it would receive.
    async fn put_without_response(&self) -> Result<Action, StoreError> {
        let mut smaller = self.event.clone();
        let Event::Complete { outcome, .. } = &mut smaller else { return Err(StoreError::Full) };
        *outcome = StoredOutcome::Tombstone(outcome.tombstone().ok_or(StoreError::Full)?);
        let found = self.put(&smaller).await?;
        telemetry::response_dropped(&self.terms.rules.operation, self.claim.id());
        Ok(found)
    }
}

/// A handler's response, once it is decided how it is recorded.
pub(super) struct Ended {
    pub(super) response: Response,
    pub(super) is_recovered: bool,
}

/// Returns the event that ends a claim, and the response.
fn end_of(terms: &Terms, claim: &Claim, captured: Option<CapturedResponse>) -> (Event, Option<Ended>) {
    let lost = |fingerprint| mark_lost(&terms.vault, claim.token(), fingerprint);
    let Some(captured) = captured else {
        // It is lost as it would be with its process, only that this is known at once.
        let event = if terms.rules.on_lost == OnLost::Reexecute {
            claim.release()
        } else {
            lost(claim.fingerprint())
        };
        return (event, None);
    };
    let CapturedResponse { response, recording, is_recovered, value, .. } = captured;
    let fingerprint = if is_recovered {
        terms.with_unread_value(claim.fingerprint())
    } else {
        terms.with_value(claim.fingerprint(), value)
    };
    let event = match recording {
        Recording::Release => claim.release(),
        Recording::MarkLost => lost(fingerprint),
        Recording::Store { outcome, ttl } | Recording::Unrendered { outcome, ttl } => {
            complete(&terms.vault, claim.token(), fingerprint, outcome, terms.rules.keep_for(ttl))
        }
    };
    (event, Some(Ended { response, is_recovered }))
}

/// Runs `work`, and renews the claim meanwhile.
async fn renewing<T>(claim: &Claim, rules: &Rules, mut work: Pin<&mut impl Future<Output = T>>) -> T {
    // `work` is polled first: a handler that need not wait starts no timer.
    let mut renewal = None;
    poll_fn(|context| {
        let polled = work.as_mut().poll(context);
        if polled.is_pending() {
            let renewal = renewal.get_or_insert_with(|| Box::pin(renew(claim, rules)));
            match renewal.as_mut().poll(context) {
                Poll::Ready(never) => match never {},
                Poll::Pending => {}
            }
        }
        polled
    })
    .await
}

async fn renew(claim: &Claim, rules: &Rules) -> Infallible {
    let mut pause = rules.lease / 3;
    loop {
        sleep(pause).await;
        pause = rules.lease / 3;
        match claim.renew().await {
            Ok(true) => {}
            // Completion will find out what took the claim's place.
            Ok(false) => return future::pending().await,
            Err(error) => {
                telemetry::store_failed(&rules.operation, &error);
                pause = pause.min(RENEW_AGAIN);
            }
        }
    }
}

/// Records how an execution ended, after a store that failed to. The attempts go on behind the client's back until the
/// lease ends: from then on a retry would run again in any case. Until then it does not in this process.
///
/// A store that is full lets nothing begin, wherever that is: until it has room again the attempts go on, and only a drain
/// does not wait for them.
fn retry(completion: Completion, (entered, permit): (Option<InFlightGuard>, Permit)) {
    let mut drain = Some(permit.follow_up());
    drop(permit);
    let deadline = Instant::now() + completion.terms.rules.lease;
    tokio::spawn(async move {
        let mut pause = Duration::from_millis(50);
        let mut is_full = false;
        loop {
            if Instant::now() + pause >= deadline {
                drain = None;
                if !is_full {
                    break;
                }
            }
            sleep(pause).await;
            match completion.apply().await {
                Ok(_) => break,
                Err(error) => is_full = matches!(error, StoreError::Full),
            }
            pause = (pause * 2).min(Duration::from_secs(2));
        }
        drop((entered, drain));
    });
}
