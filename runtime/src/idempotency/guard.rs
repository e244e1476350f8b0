use super::drain::{Executions, Permit};
use super::engine::{Action, Event};
use super::execution::{Ended, Execution};
use super::fingerprint::{Asked, FingerprintForm, Hashing};
use super::in_flight::InFlight;
use super::joined::JoinedExecution;
use super::key::Key;
use super::policy::IdempotentPolicy;
use super::record::{RecordId, Token};
use super::store::{BoxFuture, Store, StoreError, Transactions};
use super::tx::Joint;
use super::{render, report};
use crate::endpoint::Answer;
use crate::problem::{Kind, Problem};
use axum::RequestExt;
use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderName, HeaderValue};
use http_body_util::{BodyExt, LengthLimitError};
use std::error::Error;
use std::sync::Arc;
use steadfast_core::{Date, wire};
use tokio::runtime::Handle;
use tokio::task::JoinHandle;

const KEY: HeaderName = HeaderName::from_static(wire::IDEMPOTENCY_KEY);

/// Stands before the handlers of idempotent endpoints.
pub(crate) struct Guard {
    store: Arc<dyn Store>,
    executions: Executions,
    in_flight: Arc<InFlight>,
    hashing: Hashing,
}

/// Runs the handler on a request. Boxed, because the guard moves it about before it runs, and so that the guard is
/// compiled once and not for every handler.
type Execute = Box<dyn FnOnce(Request) -> BoxFuture<'static, Answer> + Send>;

/// What came of a guarded request.
#[derive(Debug)]
pub(crate) enum Guarded {
    /// The handler's answer, or a problem.
    Answered(Response),
    /// The answer of an earlier request, with the API version it was rendered in.
    Replayed { response: Response, version: Option<Date> },
    /// The request was not allowed to run, and nothing is stored that could be replayed. To be answered by the caller,
    /// who knows why it was not allowed to.
    NothingStored,
}

/// One request, as far as it is known before anything is asked of the store.
struct Attempt {
    policy: &'static IdempotentPolicy,
    id: RecordId,
    asked: Asked,
    version: Option<Date>,
}

/// Whether the request may run the operation if nobody has.
enum Admission {
    Admitted(Permit),
    /// There is no place for it now.
    Overloaded,
    /// Its API version no longer runs anything; it may still hear what it did while it could.
    Forbidden,
}

impl Guard {
    pub(super) fn new(store: Arc<dyn Store>, executions: Executions, hashing: Hashing) -> Self {
        Self { store, executions, in_flight: Arc::default(), hashing }
    }

    /// Answers `request`: with the stored response if there is one, else by running `execute`, which goes on when the
    /// client is gone.
    ///
    /// `scope` is whose keys these are, empty if they are everybody's. `version` is the served API version, stored with
    /// the response. With `may_run = false` a stored response is replayed and nothing is executed.
    pub(crate) fn run<F, Fut>(
        &self,
        policy: &'static IdempotentPolicy,
        scope: &[u8],
        version: Option<Date>,
        may_run: bool,
        request: Request,
        execute: F,
    ) -> impl Future<Output = Guarded> + Send
    where
        F: FnOnce(Request) -> Fut + Send + 'static,
        Fut: Future<Output = Answer> + Send + 'static,
    {
        let execute: Execute = Box::new(move |request| Box::pin(async move { execute(request).await }));
        self.run_boxed(policy, scope, version, may_run, request, execute)
    }

    async fn run_boxed(
        &self,
        policy: &'static IdempotentPolicy,
        scope: &[u8],
        version: Option<Date>,
        may_run: bool,
        request: Request,
        execute: Execute,
    ) -> Guarded {
        let id = match Key::from_headers(request.headers()) {
            Ok(key) => RecordId::derive(&self.hashing, scope, policy.operation, &key),
            Err(error) => return Guarded::unasked(error.problem(), may_run),
        };
        let echo = request.headers().get(KEY).cloned();
        let answer = async {
            let (request, body) = match buffer(request).await {
                Ok(buffered) => buffered,
                Err(problem) => return Guarded::unasked(problem, may_run),
            };
            let (parts, ()) = request.into_parts();
            let form = FingerprintForm::DEFAULT;
            let asked = Asked::of(&self.hashing, form, policy.operation, &parts, &body);
            let request = Request::from_parts(parts, Body::from(body));
            let attempt = Attempt { policy, id, asked, version };
            let admission = if may_run {
                self.executions.enter().map_or(Admission::Overloaded, Admission::Admitted)
            } else {
                Admission::Forbidden
            };
            if policy.transactional {
                self.join(attempt, admission, request, execute).await
            } else {
                self.claim(attempt, admission, request, execute).await
            }
        };
        answer.await.echo(echo)
    }

    /// Runs the operation under a claim in the store.
    async fn claim(
        &self,
        attempt: Attempt,
        admission: Admission,
        request: Request,
        execute: Execute,
    ) -> Guarded {
        let Attempt { policy, id, asked, version } = attempt;
        let permit = match admission {
            Admission::Admitted(permit) => permit,
            refused => {
                return refused.answer(self.store.apply(id, Event::Look { asked }).await, policy);
            }
        };
        // Before the store is asked: a claim that lapsed is not to be taken over from an execution that goes on here.
        let entered = match self.in_flight.enter(id, &asked) {
            Ok(entered) => entered,
            Err(running) => {
                let found = self.store.apply(id, Event::Look { asked }).await;
                return twin(policy, found, running);
            }
        };
        let token = match Token::generate() {
            Ok(token) => token,
            Err(error) => return store_failed(policy, &StoreError::unavailable(error)),
        };
        let claim = Claim { store: &self.store, id, token, permit: &permit, settled: false };
        match claim.ask(Event::Request { asked: asked.clone(), token, lease: policy.lease }).await {
            Ok(Action::Execute) => {}
            Ok(action) => return Guarded::found(action),
            Err(error) => return store_failed(policy, &error),
        }
        let (store, asked) = (Arc::clone(&self.store), entered.run(&asked));
        let execution = Execution { store, policy, id, token, asked, version, entered, permit };
        finish(policy, start(execution.run(execute(request)))).await
    }

    /// Runs the operation in a transaction that its record becomes part of.
    async fn join(
        &self,
        attempt: Attempt,
        admission: Admission,
        mut request: Request,
        execute: Execute,
    ) -> Guarded {
        let Attempt { policy, id, asked, version } = attempt;
        let Some(database) = self.store.transactions() else {
            report::misused("the idempotency store is not a database that handlers can join");
            return Guarded::from(render::internal());
        };
        let permit = match admission {
            Admission::Admitted(permit) => permit,
            refused => {
                let found = self.look_joined(database, id, asked).await;
                return refused.answer(found, policy);
            }
        };
        // Before the store is asked: what it does not know afterwards, nobody here has done.
        let entered = self.in_flight.enter(id, &asked);
        let found = database.look(id, Event::Look { asked: asked.clone() }).await;
        let entered = match (entered, found) {
            (Ok(entered), Ok(Action::Missing)) => entered,
            (Ok(_), Ok(action)) => return Guarded::found(action),
            (Ok(_), Err(error)) => return store_failed(policy, &error),
            (Err(running), found) => return twin(policy, found, running),
        };
        let token = match Token::generate() {
            Ok(token) => token,
            Err(error) => return store_failed(policy, &StoreError::unavailable(error)),
        };
        let asked = entered.run(&asked);
        let joint = Joint::new(Arc::clone(&self.store), id, asked.clone());
        request.extensions_mut().insert(joint.clone());
        let store = Arc::clone(&self.store);
        let execution = JoinedExecution { store, policy, id, token, asked, version, joint, entered, permit };
        finish(policy, start(execution.run(execute(request)))).await
    }

    async fn look_joined(
        &self,
        database: &dyn Transactions,
        id: RecordId,
        asked: Asked,
    ) -> Result<Action, StoreError> {
        match database.look(id, Event::Look { asked: asked.clone() }).await {
            Ok(Action::Missing) => Ok(self.in_flight.look(id, &asked)),
            found => found,
        }
    }
}

/// Answers a request beside which a twin runs, or asks whether to run. Two that are both to hear a stored response are
/// not in each other's way: what is stored comes first.
fn twin(policy: &IdempotentPolicy, found: Result<Action, StoreError>, running: Action) -> Guarded {
    match found {
        Ok(Action::Missing) => Guarded::found(running),
        Ok(action) => Guarded::found(action),
        Err(error) => store_failed(policy, &error),
    }
}

/// Starts an execution in a task of its own.
// No `async fn`, and so no future that holds the execution's while it waits. Boxed, because tokio copies a task's future
// whenever the task ends, is read or is dropped.
fn start(execution: impl Future<Output = Ended> + Send + 'static) -> JoinHandle<Ended> {
    tokio::spawn(Box::pin(execution))
}

/// Waits for an execution; without anybody who waits it goes on.
async fn finish(policy: &IdempotentPolicy, execution: JoinHandle<Ended>) -> Guarded {
    match execution.await {
        Ok(Ended::Answered(response)) => Guarded::Answered(response),
        Ok(Ended::Overtaken(action)) => Guarded::found(action),
        Ok(Ended::StoreFailed(error)) => store_failed(policy, &error),
        Ok(Ended::Unknown) => Guarded::from(render::outcome_unknown()),
        // The task itself cannot panic; it is cancelled when the runtime shuts down.
        Ok(Ended::Failed) | Err(_) => Guarded::from(render::internal()),
    }
}

fn store_failed(policy: &IdempotentPolicy, error: &StoreError) -> Guarded {
    report::store_failed(policy.operation, error);
    Guarded::from(render::store_error(error))
}

impl Admission {
    /// Answers a request that may not run with what was found.
    fn answer(&self, found: Result<Action, StoreError>, policy: &IdempotentPolicy) -> Guarded {
        match (found, self) {
            (Ok(Action::Missing), Self::Forbidden) => Guarded::NothingStored,
            (Ok(Action::Missing), _) => Guarded::from(render::overloaded()),
            (Ok(action), _) => Guarded::found(action),
            (Err(error), _) => store_failed(policy, &error),
        }
    }
}

impl Guarded {
    /// The answer to a request whose operation is, or was, run by another.
    fn found(action: Action) -> Self {
        match action {
            Action::Replay(outcome) => {
                Self::Replayed { version: outcome.version(), response: render::replay(outcome) }
            }
            action => Self::from(render::refusal(&action)),
        }
    }

    /// The answer to a request for which no record can be looked up. One that may not run hears why, and not what it
    /// would have to be like to run.
    fn unasked(problem: Problem, may_run: bool) -> Self {
        if may_run { Self::from(problem) } else { Self::NothingStored }
    }

    /// Tells the client which key was answered, as it wrote it.
    fn echo(mut self, key: Option<HeaderValue>) -> Self {
        if let (Self::Answered(response) | Self::Replayed { response, .. }, Some(key)) = (&mut self, key) {
            response.headers_mut().insert(KEY, key);
        }
        self
    }
}

impl From<Problem> for Guarded {
    fn from(problem: Problem) -> Self {
        Self::Answered(problem.into_response())
    }
}

/// A claim that is being asked for. If the client goes before the store has answered, the claim may exist and nobody
/// would know it: then it is given back.
struct Claim<'a> {
    store: &'a Arc<dyn Store>,
    id: RecordId,
    token: Token,
    permit: &'a Permit,
    settled: bool,
}

impl Claim<'_> {
    async fn ask(mut self, request: Event) -> Result<Action, StoreError> {
        let answer = self.store.apply(self.id, request).await;
        // After an error too: the claim may have been made and only the answer been lost.
        self.settled = answer.is_ok();
        answer
    }
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        // Without a runtime there is nobody to do it: the lease ends the claim.
        if !self.settled
            && let Ok(runtime) = Handle::try_current()
        {
            let (store, id, token) = (Arc::clone(self.store), self.id, self.token);
            let drain = self.permit.follow_up();
            runtime.spawn(async move {
                // If this fails too, the lease ends the claim.
                let _ = store.apply(id, Event::Release { token }).await;
                drop(drain);
            });
        }
    }
}

/// Reads the body to its end, up to the limit of axum's `DefaultBodyLimit`.
async fn buffer(request: Request) -> Result<(http::Request<()>, Bytes), Problem> {
    let (parts, body) = request.with_limited_body().into_parts();
    match body.collect().await {
        Ok(collected) => Ok((http::Request::from_parts(parts, ()), collected.to_bytes())),
        Err(error) if is_too_large(&error) => {
            Err(Kind::BodyTooLarge.because("the body is over this service's limit"))
        }
        Err(_) => Err(Kind::IncompleteBody.because("the body broke off")),
    }
}

fn is_too_large(error: &axum::Error) -> bool {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<LengthLimitError>() {
            return true;
        }
        cause = error.source();
    }
    false
}

#[cfg(test)]
mod tests;
