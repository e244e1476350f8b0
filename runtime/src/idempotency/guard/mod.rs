mod attempt;
mod body;
mod claim;
mod refer;
mod unprotected;

pub(crate) use refer::referred;
pub use unprotected::Unprotected;

use super::audit::{AuditDraft, AuditEvent, Subject};
use super::drain::Executions;
use super::engine::{Action, OnLost};
use super::execution::{Begin, Ended};
use super::fingerprint::{Asked, Hashing, Restate};
use super::in_flight::InFlight;
use super::newest::Newest;
use super::policy::IdempotentPolicy;
use super::record::{Kept, RecordId};
use super::rules::{Defaults, Rules};
use super::store::{self, BoxFuture, Store, StoreError};
use super::{render, report};
use crate::clock::Clock;
use crate::endpoint::Answer;
use crate::problem::Problem;
use attempt::{Attempt, Turn};
use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::HeaderValue;
use http_body_util::BodyExt;
use std::borrow::Cow;
use std::future::ready;
use std::sync::Arc;
use std::time::Duration;
use steadfast_core::Date;
use tokio::task::{JoinError, JoinHandle};
use tokio::time::Instant;

/// Stands before the handlers of idempotent endpoints.
pub(crate) struct Guard {
    store: Arc<dyn Store>,
    executions: Executions,
    in_flight: Arc<InFlight>,
    hashing: Hashing,
    defaults: Defaults,
    clock: Arc<dyn Clock>,
    unprotected: Unprotected,
}

/// Runs the handler on a request; it must not panic before its future is polled. Boxed, because the guard moves it
/// about before it runs, and so that the guard is compiled once and not for every handler.
type Execute = Box<dyn FnOnce(Request, Begin) -> BoxFuture<'static, Answer> + Send>;

/// What came of a guarded request.
#[derive(Debug)]
pub(crate) enum Guarded {
    /// The handler's answer, or a problem.
    Answered(Response),
    /// The answer of an earlier request, with the API version it was rendered in, and the newest shape of its body if it
    /// may be told at another.
    Replayed { response: Response, version: Option<Date>, newest: Option<Newest> },
    /// The request was not allowed to run, and nothing is stored that could be replayed. To be answered by the caller,
    /// who knows why it was not allowed to.
    NothingStored,
}

/// Who calls, as far as that is known before the key is looked at.
#[derive(Clone, Copy)]
pub(crate) struct Caller<'a> {
    /// Whose key it is, empty if it is everybody's.
    pub(crate) scope: &'a [u8],
    /// The served API version, stored with the response.
    pub(crate) version: Option<Date>,
    /// Otherwise a stored response is replayed and nothing is executed.
    pub(crate) may_run: bool,
    /// What its request would be at another version, where there are versions.
    pub(crate) restate: Option<Restate>,
    /// What counts of its body at a version, if that is not all of it.
    pub(crate) counted: Option<Counted>,
}

/// What counts of a body at a version.
pub(crate) type Counted = fn(&[u8], Option<Date>) -> Option<Vec<u8>>;

impl Guard {
    pub(super) fn new(
        store: Arc<dyn Store>,
        executions: Executions,
        hashing: Hashing,
        defaults: Defaults,
        clock: Arc<dyn Clock>,
        unprotected: Unprotected,
    ) -> Self {
        Self { store, executions, in_flight: Arc::default(), hashing, defaults, clock, unprotected }
    }

    /// Whether an audit trail is kept.
    pub(super) fn keeps_audit(&self) -> bool {
        self.defaults.audit.is_some()
    }

    /// What holds for an endpoint.
    pub(crate) fn rules(&self, policy: &IdempotentPolicy) -> Arc<Rules> {
        Arc::new(self.rules_of(policy, Cow::Borrowed(policy.operation)))
    }

    /// What holds for an operation of this name.
    pub(super) fn rules_of(&self, policy: &IdempotentPolicy, operation: Cow<'static, str>) -> Rules {
        Rules::new(policy, operation, &self.defaults)
    }

    /// Answers `request`: with the stored response if there is one, else by running `execute`, which goes on when the
    /// client is gone.
    // What is boxed here and below stays under a kibibyte: beyond that an allocator of glibc's kind tidies up first, and
    // every level of a future that is awaited would hold the request once more.
    pub(crate) fn run<'a>(
        &'a self,
        rules: &'a Arc<Rules>,
        caller: &'a Caller<'a>,
        request: Request,
        execute: impl FnOnce(Request, Begin) -> BoxFuture<'static, Answer> + Send + 'static,
    ) -> BoxFuture<'a, Guarded> {
        self.run_boxed(rules, *caller, request, Box::new(execute))
    }

    fn run_boxed<'a>(
        &'a self,
        rules: &'a Arc<Rules>,
        Caller { scope, version, may_run, restate, counted }: Caller<'a>,
        request: Request,
        execute: Execute,
    ) -> BoxFuture<'a, Guarded> {
        let (id, old, recovery) = match rules.key.read(request.headers()) {
            Ok(Some(key)) => (
                RecordId::derive(&self.hashing, scope, &rules.operation, &key),
                self.is_old(rules, &key),
                (rules.on_lost == OnLost::Recover).then(|| attempt::Recovery {
                    scope: String::from_utf8_lossy(scope).into_owned(),
                    key: key.as_bytes().to_vec(),
                }),
            ),
            Ok(None) if may_run => {
                return Box::pin(async move {
                    self.unprotected(rules, request, execute, None).await.marked(rules, None)
                });
            }
            Ok(None) => return Box::pin(ready(Guarded::NothingStored)),
            // Not before it is polled: what it says depends on the call that it belongs to.
            Err(error) => {
                return Box::pin(async move { Guarded::unasked(error.problem(&rules.key.header), may_run) });
            }
        };
        let echo = if rules.headers.echo { request.headers().get(&rules.key.header).cloned() } else { None };
        let (mut parts, body) = body::limited(request);
        let body = body.collect();
        Box::pin(async move {
            let answer = match body::whole(body.await) {
                Ok(body) => {
                    let text = counted.and_then(|counted| counted(&body, version));
                    let text = text.map_or_else(|| body.clone(), bytes::Bytes::from);
                    let asked = Asked::of(&self.hashing, rules.form, &rules.operation, &mut parts, &text)
                        .at(restate.and(version));
                    let subject = Subject::of(&self.hashing, rules, scope, version, &parts, &body);
                    let request = Request::from_parts(parts, Body::from(body));
                    let own = Arc::clone(rules);
                    let attempt =
                        Attempt { rules: own, id, asked, restate, version, may_run, old, recovery, subject };
                    self.answer(rules, attempt, request, execute).await
                }
                Err(problem) => Guarded::unasked(problem, may_run),
            };
            answer.marked(rules, echo)
        })
    }

    /// Answers one attempt; while a twin runs, again and again, as long as the endpoint says.
    fn answer<'a>(
        &'a self,
        rules: &'a Arc<Rules>,
        mut attempt: Attempt,
        request: Request,
        execute: Execute,
    ) -> BoxFuture<'a, Guarded> {
        Box::pin(async move {
            let mut wait = rules.patience().map(|patience| attempt::Wait::until(Instant::now() + patience));
            loop {
                match self.turn(&attempt).await {
                    Turn::Run(starting) => {
                        let task = self.start(&attempt, starting, request, execute);
                        let action = match task.await {
                            Ok(Ended::Overtaken(action)) => action,
                            ended => return finished(rules, ended),
                        };
                        return Box::pin(self.overtaken(attempt, action)).await;
                    }
                    // Its own version may say the same in other words.
                    Turn::Found(Action::Mismatch { version: Some(version) }) if attempt.learn(version) => {}
                    // A record that is there and cannot be read is no store that is away. Nor does anybody run whose
                    // twin was just seen to run.
                    Turn::StoreDown(error, Some(entered))
                        if rules.runs_without_store()
                            && !error.is_unreadable()
                            && wait.as_ref().is_none_or(attempt::Wait::is_new) =>
                    {
                        report::store_failed(&rules.operation, &error);
                        entered.run(&attempt.asked);
                        return Box::pin(self.unprotected(rules, request, execute, Some(entered))).await;
                    }
                    Turn::StoreDown(error, _) => return store_failed(rules, &error),
                    Turn::Found(action @ Action::InProgress { .. }) => match &mut wait {
                        Some(wait) if wait.goes_on() => {
                            Box::pin(wait.once(self.in_flight.ended(attempt.id))).await;
                        }
                        _ => return attempt.found(action),
                    },
                    Turn::Found(action) => {
                        let entry = attempt.entry(&action);
                        let heard = match action {
                            Action::Replay { outcome: Kept::Reference { response, shape }, expires_at }
                                if rules.referring =>
                            {
                                Box::pin(refer::answer(rules, &response, shape, expires_at, request, execute))
                                    .await
                            }
                            action => attempt.found(action),
                        };
                        return match entry {
                            Some(entry) => Box::pin(self.told(&attempt, entry, heard)).await,
                            None => heard,
                        };
                    }
                    Turn::Refused(guarded) => return *guarded,
                }
            }
        })
    }

    /// Puts what was found into the audit trail: before anybody hears it.
    async fn told(&self, attempt: &Attempt, entry: Box<AuditDraft>, heard: Guarded) -> Guarded {
        // What was stored and cannot be told is no replay.
        if entry.event == AuditEvent::Replayed && !matches!(heard, Guarded::Replayed { .. }) {
            return heard;
        }
        match store::append(&*self.store, attempt.id, *entry).await {
            Ok(()) => heard,
            Err(error) => store_failed(&attempt.rules, &error),
        }
    }

    /// Whether the key says that it was made before anything that is still kept.
    fn is_old(&self, rules: &Rules, key: &super::key::Key<'_>) -> bool {
        let kept_until = |made: Duration| made.checked_add(rules.keep.ttl);
        let until = if rules.refuse_old { rules.key.format.made_at(key).and_then(kept_until) } else { None };
        until.is_some_and(|until| until <= self.clock.now())
    }
}

/// Waits for an execution; without anybody who waits it goes on.
async fn finish(rules: &Rules, execution: JoinHandle<Ended>) -> Guarded {
    finished(rules, execution.await)
}

fn finished(rules: &Rules, ended: Result<Ended, JoinError>) -> Guarded {
    match ended {
        Ok(Ended::Answered(response)) => Guarded::Answered(response),
        Ok(Ended::Overtaken(action)) => Guarded::found(rules, action),
        Ok(Ended::StoreFailed(error)) => store_failed(rules, &error),
        Ok(Ended::Unknown) => Guarded::from(render::commit_unknown()),
        // The task itself cannot panic; it is cancelled when the runtime shuts down.
        Ok(Ended::Failed) | Err(_) => Guarded::from(render::internal()),
    }
}

fn store_failed(rules: &Rules, error: &StoreError) -> Guarded {
    report::store_failed(&rules.operation, error);
    Guarded::from(render::store_error(error))
}

impl Guarded {
    /// The answer to a request whose operation is, or was, run by another.
    fn found(rules: &Rules, action: Action) -> Self {
        match action {
            // Its request is used up by the attempt that another one has overtaken; the next one hears the answer.
            Action::Replay { outcome: Kept::Reference { .. }, .. } if rules.referring => {
                Self::from(render::refusal(rules.in_progress, &Action::InProgress { retry_after: 1 }))
            }
            Action::Replay { outcome: Kept::Reference { .. }, .. } => Self::from(render::unreadable()),
            Action::Replay { outcome, expires_at } => {
                let (version, newest) = (outcome.version(), outcome.newest());
                match render::replay(&rules.headers, outcome, expires_at) {
                    Ok(response) => Self::Replayed { response, version, newest },
                    Err(error) => store_failed(rules, &error),
                }
            }
            action => {
                if action == Action::Incomparable {
                    report::incomparable(&rules.operation);
                }
                Self::from(render::refusal(rules.in_progress, &action))
            }
        }
    }

    /// The answer to a request for which no record can be looked up. One that may not run hears why, and not what it
    /// would have to be like to run.
    fn unasked(problem: Problem, may_run: bool) -> Self {
        if may_run { Self::from(problem) } else { Self::NothingStored }
    }

    /// Tells the client which key was answered, as it wrote it, and that an answer is no replay if that is asked for.
    fn marked(mut self, rules: &Rules, key: Option<HeaderValue>) -> Self {
        let headers = &rules.headers;
        if let (Self::Answered(response) | Self::Replayed { response, .. }, Some(key)) = (&mut self, key) {
            response.headers_mut().insert(&rules.key.header, key);
        }
        if let (Self::Answered(response), Some(name), true) = (&mut self, &headers.replayed, headers.on_fresh)
        {
            response.headers_mut().insert(name, HeaderValue::from_static("false"));
        }
        self
    }
}

impl From<Problem> for Guarded {
    fn from(problem: Problem) -> Self {
        Self::Answered(problem.into_response())
    }
}

#[cfg(test)]
mod tests;
