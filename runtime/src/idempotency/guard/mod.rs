//! The guard before the handlers of idempotent endpoints.

mod acquire;
mod admission;
mod body;
mod reference;
mod request;
mod start;
mod unprotected;

pub use unprotected::Unprotected;

use super::audit::AuditContext;
use super::config::{Defaults, Rules};
use super::execution::ExecutionResult;
use super::fingerprint::{Endpoint, Hashing, RequestComparison, RequestFingerprint};
use super::identity::record_id;
use super::in_flight::InFlight;
use super::key::Key;
use super::operation::Operation;
use super::shutdown::ExecutionLimiter;
use super::vault::Vault;
use super::{problems, telemetry};
use crate::idempotency_policy::{IdempotentPolicy, OnLost};
use crate::problem::Problem;
use admission::Admission;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::HeaderValue;
use http_body_util::BodyExt;
use request::{IdempotentRequest, RecoveryKey, Wait};
use std::borrow::Cow;
use std::future::ready;
use std::sync::Arc;
use std::time::Duration;
use steadfast_core::Date;
use steadfast_engine::{Action, AuditDraft, AuditEvent, BoxFuture, HeadCopy, StoreError, StoredOutcome};
use tokio::task::{JoinError, JoinHandle};
use tokio::time::Instant;

/// Runs every operation once per key.
pub(crate) struct Guard {
    vault: Vault,
    executions: ExecutionLimiter,
    in_flight: Arc<InFlight>,
    hashing: Hashing,
    defaults: Defaults,
    unprotected: Unprotected,
}

/// The outcome of a guarded request.
#[derive(Debug)]
pub(crate) enum GuardOutcome {
    /// The handler's response, or a problem.
    Response(Response),
    /// The stored response of an earlier request, with the API version it was rendered in, and the newest shape of its
    /// body if it can be rendered in another.
    Replayed { response: Response, version: Option<Date>, head: Option<HeadCopy> },
    /// The request may not run, and nothing is stored that could be replayed. The caller responds, because it knows why
    /// the request may not run.
    NothingStored,
}

/// The caller of an operation.
#[derive(Clone, Copy)]
pub(crate) struct Caller<'a> {
    /// The caller's identity, empty if all callers share their keys.
    pub(crate) scope: &'a [u8],
    /// The served API version.
    pub(crate) version: Option<Date>,
    /// The newest API version.
    pub(crate) head: Option<Date>,
    /// Otherwise a stored response is replayed and nothing runs.
    pub(crate) may_run: bool,
    /// How requests of different versions are compared.
    pub(crate) comparison: Option<&'static dyn RequestComparison>,
}

impl Guard {
    pub(super) fn new(
        vault: Vault,
        executions: ExecutionLimiter,
        hashing: Hashing,
        defaults: Defaults,
        unprotected: Unprotected,
    ) -> Self {
        Self { vault, executions, in_flight: Arc::default(), hashing, defaults, unprotected }
    }

    /// Returns `true` if an audit trail is kept.
    pub(super) fn keeps_audit(&self) -> bool {
        self.defaults.audit.is_some()
    }

    /// Returns the rules of an endpoint.
    pub(crate) fn rules(&self, policy: &IdempotentPolicy) -> Arc<Rules> {
        Arc::new(self.rules_of(policy, Cow::Borrowed(policy.operation)))
    }

    /// Returns the rules of an operation of this name.
    pub(super) fn rules_of(&self, policy: &IdempotentPolicy, operation: Cow<'static, str>) -> Rules {
        Rules::new(policy, operation, &self.defaults)
    }

    /// Responds to `request`: with the stored response if there is one, else by running `operation`, which goes on when
    /// the client is gone.
    // What is boxed here and below stays under a kibibyte: beyond that an allocator of glibc's kind tidies up first, and
    // every level of a future that is awaited would hold the request once more.
    pub(crate) fn run<'a>(
        &'a self,
        rules: &'a Arc<Rules>,
        caller: &Caller<'a>,
        request: Request,
        operation: Box<dyn Operation>,
    ) -> BoxFuture<'a, GuardOutcome> {
        let Caller { scope, version, head, may_run, comparison } = *caller;
        let (id, is_stale, recovery, echo) = match rules.key.read(request.headers()) {
            Ok(Some(key)) => (
                record_id(&self.hashing, scope, &rules.operation, &key),
                self.is_stale(rules, &key),
                (rules.on_lost == OnLost::Recover).then(|| RecoveryKey {
                    scope: String::from_utf8_lossy(scope).into_owned(),
                    key: key.as_bytes().to_vec(),
                }),
                rules.headers.echo.then(|| as_written(&key, request.headers().get(&rules.key.header))),
            ),
            Ok(None) if may_run => {
                return Box::pin(async move {
                    self.unprotected(rules, request, operation, None).await.with_headers(rules, None)
                });
            }
            Ok(None) => return Box::pin(ready(GuardOutcome::NothingStored)),
            // Not before it is polled: the problem depends on the call that it belongs to.
            Err(error) => {
                return Box::pin(async move {
                    GuardOutcome::without_lookup(error.problem(&rules.key.header), may_run)
                });
            }
        };
        let echo = echo.flatten();
        let (mut parts, body) = body::limited(request);
        let body = body.collect();
        Box::pin(async move {
            let outcome = match body::whole(body.await) {
                Ok(body) => {
                    let endpoint = Endpoint {
                        operation: &rules.operation,
                        rule: rules.body_rule,
                        comparison,
                        version,
                        head,
                    };
                    let fingerprint =
                        Arc::new(RequestFingerprint::new(&self.hashing, endpoint, &mut parts, &body));
                    let audit = AuditContext::of(&self.hashing, rules, scope, version, &parts, &body);
                    let request = Request::from_parts(parts, axum::body::Body::from(body));
                    let rules = Arc::clone(rules);
                    let idempotent = IdempotentRequest {
                        rules,
                        id,
                        fingerprint,
                        version,
                        may_run,
                        is_stale,
                        recovery,
                        audit,
                    };
                    self.respond(idempotent, request, operation).await
                }
                Err(problem) => GuardOutcome::without_lookup(problem, may_run),
            };
            outcome.with_headers(rules, echo)
        })
    }

    /// Responds to one request; while a duplicate runs, asks again and again, as long as the endpoint allows.
    fn respond(
        &self,
        idempotent: IdempotentRequest,
        request: Request,
        operation: Box<dyn Operation>,
    ) -> BoxFuture<'_, GuardOutcome> {
        Box::pin(async move {
            let rules = &idempotent.rules;
            let mut wait = rules.max_wait().map(|longest| Wait::until(Instant::now() + longest));
            loop {
                match self.admit(&idempotent).await {
                    Admission::Run(admitted) => {
                        let task = self.start(&idempotent, admitted, request, operation);
                        let found = match task.await {
                            Ok(ExecutionResult::Superseded(found)) => found,
                            ended => return finished(rules, ended),
                        };
                        return Box::pin(self.superseded(idempotent, found)).await;
                    }
                    // A record that is there and cannot be read is no store that is away. Nor does anybody run whose
                    // duplicate was just seen to run.
                    Admission::StoreDown(error, Some(entered))
                        if rules.runs_without_store()
                            && !error.is_unreadable()
                            && wait.as_ref().is_none_or(Wait::is_new) =>
                    {
                        telemetry::store_failed(&rules.operation, &error);
                        if let Some(prepared) = idempotent.fingerprint.prepare() {
                            prepared.await;
                        }
                        entered.run(idempotent.fingerprint.fingerprint());
                        return Box::pin(self.unprotected(rules, request, operation, Some(entered))).await;
                    }
                    Admission::StoreDown(error, _) => return store_failed(rules, &error),
                    Admission::Found(found @ Action::InProgress { .. }) => match &mut wait {
                        Some(wait) if wait.goes_on() => {
                            Box::pin(wait.once(self.in_flight.completion(idempotent.id))).await;
                        }
                        _ => return idempotent.found(found),
                    },
                    Admission::Found(found) => {
                        let entry = idempotent.audit_entry(&found);
                        let outcome = match found {
                            Action::Replay {
                                outcome: StoredOutcome::Reference { response, shape },
                                expires_at,
                            } if rules.replays_by_reference => {
                                let replay = reference::replay(
                                    rules, &response, shape, expires_at, request, operation,
                                );
                                Box::pin(replay).await
                            }
                            found => idempotent.found(found),
                        };
                        return match entry {
                            Some(entry) => Box::pin(self.audit_lookup(&idempotent, entry, outcome)).await,
                            None => outcome,
                        };
                    }
                    Admission::Refused(outcome) => return *outcome,
                }
            }
        })
    }

    /// Appends to the audit log what a request has found, before anybody receives it.
    async fn audit_lookup(
        &self,
        request: &IdempotentRequest,
        entry: Box<AuditDraft>,
        outcome: GuardOutcome,
    ) -> GuardOutcome {
        // What was stored and cannot be rendered is no replay.
        if entry.event == AuditEvent::Replayed && !matches!(outcome, GuardOutcome::Replayed { .. }) {
            return outcome;
        }
        match self.vault.append(request.id, *entry).await {
            Ok(()) => outcome,
            Err(error) => store_failed(&request.rules, &error),
        }
    }

    /// Returns `true` if the key itself shows that it was made before every record.
    fn is_stale(&self, rules: &Rules, key: &Key<'_>) -> bool {
        let kept_until = |made: Duration| made.checked_add(rules.keep.ttl);
        let until =
            if rules.rejects_stale_keys { rules.key.format.made_at(key).and_then(kept_until) } else { None };
        until.is_some_and(|until| until <= self.vault.clock.now())
    }
}

/// Waits for an execution; without anybody who waits it goes on.
async fn finish(rules: &Rules, execution: JoinHandle<ExecutionResult>) -> GuardOutcome {
    finished(rules, execution.await)
}

fn finished(rules: &Rules, ended: Result<ExecutionResult, JoinError>) -> GuardOutcome {
    match ended {
        Ok(ExecutionResult::Response(response)) => GuardOutcome::Response(response),
        Ok(ExecutionResult::Superseded(found)) => GuardOutcome::found(rules, found),
        Ok(ExecutionResult::StoreFailed(error)) => store_failed(rules, &error),
        Ok(ExecutionResult::Unknown) => GuardOutcome::from(problems::commit_unknown()),
        // The task itself is cancelled when the runtime shuts down.
        Ok(ExecutionResult::Failed) | Err(_) => GuardOutcome::from(problems::internal()),
    }
}

fn store_failed(rules: &Rules, error: &StoreError) -> GuardOutcome {
    telemetry::store_failed(&rules.operation, error);
    GuardOutcome::from(problems::store_error(error))
}

impl GuardOutcome {
    /// The outcome of a request whose operation is, or was, run by another.
    fn found(rules: &Rules, found: Action) -> Self {
        match found {
            // The request is used up by the execution that another one has superseded; the next one receives the response.
            Action::Replay { outcome: StoredOutcome::Reference { .. }, .. } if rules.replays_by_reference => {
                let problem =
                    problems::problem_for(rules.in_progress, &Action::InProgress { retry_after: 1 });
                Self::from(problem)
            }
            Action::Replay { outcome: StoredOutcome::Reference { .. }, .. } => {
                Self::from(problems::unreadable())
            }
            Action::Replay { outcome, expires_at } => {
                let (version, head) = (outcome.version(), head_of(&outcome));
                let response = problems::replay(&rules.headers, outcome, expires_at);
                Self::Replayed { response, version, head }
            }
            found => {
                if found == Action::Incomparable {
                    telemetry::incomparable(&rules.operation);
                }
                Self::from(problems::problem_for(rules.in_progress, &found))
            }
        }
    }

    /// The outcome of a request for which no record can be looked up. One that may not run is answered with the reason
    /// for that, and not with what it would have to be like to run.
    fn without_lookup(problem: Problem, may_run: bool) -> Self {
        if may_run { Self::from(problem) } else { Self::NothingStored }
    }

    /// Adds the key as the client wrote it, and to a response that is no replay a mark, if that is asked for.
    fn with_headers(mut self, rules: &Rules, key: Option<HeaderValue>) -> Self {
        let headers = &rules.headers;
        if let (Self::Response(response) | Self::Replayed { response, .. }, Some(key)) = (&mut self, key) {
            response.headers_mut().insert(&rules.key.header, key);
        }
        if let (Self::Response(response), Some(name), true) = (&mut self, &headers.replayed, headers.on_fresh)
        {
            response.headers_mut().insert(name, HeaderValue::from_static("false"));
        }
        self
    }
}

/// Returns the key as its client wrote it, once: a gateway may have repeated it.
fn as_written(key: &Key<'_>, line: Option<&HeaderValue>) -> Option<HeaderValue> {
    let whole = line.filter(|line| line.as_bytes() == key.as_written());
    whole.cloned().or_else(|| HeaderValue::from_bytes(key.as_written()).ok())
}

/// Returns the newest shape of a stored response, with its body.
fn head_of(outcome: &StoredOutcome) -> Option<HeadCopy> {
    let StoredOutcome::Response(response) = outcome else { return None };
    let head = response.head.clone()?;
    let body = head.body.unwrap_or_else(|| response.body.clone());
    Some(HeadCopy { body: Some(body), ..head })
}

impl From<Problem> for GuardOutcome {
    fn from(problem: Problem) -> Self {
        Self::Response(problem.into_response())
    }
}

#[cfg(test)]
mod tests;
