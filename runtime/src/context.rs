//! The running call, for the code that has no request to ask.
//!
//! `IntoResponse` sees no request and an extractor composed by a user sees only what axum hands it; both must know the
//! version that is served. A request extension would cost an allocation per request and would be lost to
//! `IntoResponse`; a thread-local set around every poll of the endpoint's future costs neither.

use crate::endpoint_change::{Statement, old_status};
use crate::outcome::{Classifier, Disposition};
use crate::wire::mode::{CallVersion, RestoreCall};
use http::StatusCode;
use pin_project_lite::pin_project;
use std::any::{Any, TypeId};
use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::task::{self, Poll, ready};
use steadfast_core::{Date, Timeline, wire};

/// The path and query of the request without its version, where the client's own holds one; a request extension.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    pub(crate) text: String,
    /// How much of it stands before the path that the endpoint declares.
    pub(crate) mount: usize,
}

/// The running call of an endpoint.
#[derive(Clone, Copy)]
pub(crate) struct Context {
    pub(crate) timeline: &'static Timeline,
    /// The served version, as a position in the timeline; `None` at a neutral endpoint.
    pub(crate) served: Option<usize>,
    /// Whether the endpoint says which versions it answers, or that it is neutral. If not, nobody knows which one its client
    /// has.
    pub(crate) is_said: bool,
    /// Where the `type` of the framework's problems begins.
    pub(crate) problem_base: &'static str,
    /// What the endpoint knows of the bodies of its calls; none where no response is stored.
    pub(crate) recording: Option<&'static dyn Recording>,
    /// Classifies the value that the handler returns; none where no response is stored.
    pub(crate) classifier: Option<Classifier>,
    /// The changes of the endpoint that the served version is older than, newest first.
    pub(crate) statements: &'static [Statement],
}

/// The knowledge of an endpoint about bodies whose types only it knows.
pub(crate) trait Recording: Sync {
    /// Returns the hash of the name of a type, if stored bodies of that type can be rendered at other versions.
    fn translatable(&self, of: TypeId) -> Option<u64>;

    /// Returns the hash of a value that was read from a body at a version, by which requests of other versions are
    /// compared; `None` if they are not, or the value is not that of the body.
    ///
    /// `dropped` is a hash of the parts of the body that the value does not have.
    fn value_hash(&self, version: Date, value: &dyn Any, dropped: u64) -> Option<[u8; 16]>;
}

/// What the code that runs on this thread belongs to.
struct Current {
    call: Cell<Option<Context>>,
    /// In an execution whose response may be stored: what is known of it.
    facts: Cell<Option<CallFacts>>,
}

thread_local! {
    static CURRENT: Current = const { Current { call: Cell::new(None), facts: Cell::new(None) } };
}

/// Restores the call before.
struct Reset {
    call: Option<Context>,
    _version: RestoreCall,
}

impl Reset {
    // Apart from what is run in a call: that is generic, and a thread-local is a lot of code.
    fn to(call: Context) -> Self {
        Self {
            _version: call.version().enter(),
            call: CURRENT.with(|current| current.call.replace(Some(call))),
        }
    }
}

impl Drop for Reset {
    fn drop(&mut self) {
        CURRENT.with(|current| current.call.set(self.call));
    }
}

impl Context {
    /// A call whose response is not stored.
    pub(crate) fn new(
        timeline: &'static Timeline,
        served: Option<usize>,
        problem_base: &'static str,
    ) -> Self {
        Self {
            timeline,
            served,
            is_said: true,
            problem_base,
            recording: None,
            classifier: None,
            statements: &[],
        }
    }

    pub(crate) fn current() -> Option<Self> {
        CURRENT.with(|current| current.call.get())
    }

    /// The day that names the served version.
    pub(crate) fn served_date(&self) -> Option<Date> {
        self.served.map(|position| self.timeline.releases[position].date)
    }

    /// The newest version; `None` at a neutral endpoint.
    pub(crate) fn head_date(&self) -> Option<Date> {
        self.served.and_then(|_| self.timeline.releases.last()).map(|release| release.date)
    }

    /// Returns whether the client may know another shape than the newest, and nobody knows which.
    pub(crate) fn is_unsaid(&self) -> bool {
        !self.is_said && self.timeline.releases.len() > 1
    }

    /// Returns the version in the shapes of which the call reads and writes.
    fn version(&self) -> CallVersion {
        match self.served_date() {
            _ if self.is_unsaid() => CallVersion::UNSAID,
            Some(date) => CallVersion::of(date),
            None => CallVersion::NEWEST,
        }
    }

    fn has_other_versions(&self) -> bool {
        self.served.is_some() && self.timeline.releases.len() > 1
    }

    /// Runs `f` inside this call. A future that `f` returns is polled afterwards, outside of it: that is for
    /// [`scope`](Self::scope).
    pub(crate) fn enter<R>(self, f: impl FnOnce() -> R) -> R {
        let _reset = Reset::to(self);
        f()
    }

    /// Polls `future` inside this call, wherever it is polled.
    pub(crate) fn scope<F: Future>(self, future: F) -> Scoped<F> {
        Scoped { call: Call(Some(self)), future }
    }
}

/// The call of an endpoint that the code on this thread belongs to, if any: with the version that it is served at.
///
/// A handler, and what it awaits, is in its call. A task, a thread or a stream of its own is not, and refuses to read or to
/// write a type in the shape of the served version, until it is told which call it belongs to:
///
/// ```
/// use steadfast::{Call, api_version, get};
///
/// #[get("/report")]
/// #[api_version(since = "2024-01-15")]
/// async fn report() -> String {
///     let call = Call::current();
///     let task = tokio::spawn(call.scope(async { "in the call".to_owned() }));
///     let thread = tokio::task::spawn_blocking(move || call.enter(|| "in the call, too".to_owned()));
///     thread.await.or(task.await).unwrap_or_default()
/// }
/// ```
#[derive(Clone, Copy)]
pub struct Call(Option<Context>);

impl std::fmt::Debug for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Call").field(&self.0.and_then(|call| call.served_date())).finish()
    }
}

impl Call {
    /// Returns the call that is running on this thread, or none.
    #[must_use]
    pub fn current() -> Self {
        Self(Context::current())
    }

    /// The call that is running, or else this one.
    pub(crate) fn unless_in_another(self) -> Self {
        Self(Context::current().or(self.0))
    }

    /// Polls `future` inside this call, wherever it is polled.
    pub fn scope<F: Future>(self, future: F) -> impl Future<Output = F::Output> {
        Scoped { call: self, future }
    }

    /// Runs `f` inside this call.
    pub fn enter<R>(self, f: impl FnOnce() -> R) -> R {
        match self.0 {
            Some(context) => context.enter(f),
            None => f(),
        }
    }
}

/// Returns the status that the client of the running call sees in the place of this one. A problem repeats its status in
/// its body.
pub(crate) fn visible_status(status: StatusCode) -> StatusCode {
    Context::current().map_or(status, |context| old_status(context.statements, status))
}

/// The base of the framework's problem types in the current call.
pub(crate) fn problem_base() -> &'static str {
    Context::current().map_or(wire::PROBLEM_BASE, |context| context.problem_base)
}

pin_project! {
    pub(crate) struct Scoped<F> {
        call: Call,
        #[pin]
        future: F,
    }
}

impl<F: Future> Future for Scoped<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        this.call.enter(|| this.future.poll(cx))
    }
}

/// The facts about an execution that its response may have lost on its way.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct CallFacts {
    /// The handler has returned: what it did has happened, whatever happens to its response.
    pub(crate) returned: bool,
    /// The effect that the handler's value reports about the operation.
    pub(crate) disposition: Option<Disposition>,
    /// A rendered body shows something sensitive, so that no body may be stored of which nothing else is known.
    pub(crate) is_sensitive: bool,
    /// The handler has written or read something itself in the shape of its version, and may show it in a header.
    pub(crate) is_shaped: bool,
    /// The hash of the value that was read from the body, see [`Recording::value_hash`].
    pub(crate) value: Option<[u8; 16]>,
}

/// Returns the facts about the running execution, if its response may be stored.
pub(crate) fn facts() -> Option<CallFacts> {
    CURRENT.with(|current| current.facts.get())
}

/// Returns `true` if the response of the running execution may be stored.
pub(crate) fn is_recorded() -> bool {
    facts().is_some()
}

/// Notes, if the response of the running execution may be stored, that a body shows something sensitive.
pub(crate) fn note_sensitive() {
    note(|facts| facts.is_sensitive = true);
}

/// Notes, if the response of the running execution may be stored, that something of it may be in the shape of its version
/// that is no body of a known type.
pub(crate) fn note_shaped() {
    note(|facts| facts.is_shaped = true);
}

/// Notes that the handler of the running call has returned, and what its value reports.
pub(crate) fn note_returned(value: &dyn Any) {
    // Before the value is classified, which may panic.
    note(|facts| facts.returned = true);
    let classifier = Context::current().and_then(|context| context.classifier);
    if let Some(disposition) = classifier.and_then(|classify| classify(value)) {
        note(|facts| facts.disposition = Some(disposition));
    }
}

/// Returns `true` if the running execution is asked for the hash of the value that it reads from the body.
pub(crate) fn wants_value() -> bool {
    is_recorded()
        && Context::current().is_some_and(|call| call.recording.is_some() && call.has_other_versions())
}

/// Notes the value that the running execution has read from the body; `dropped` is a hash of what it does not have of it.
pub(crate) fn note_value(value: &dyn Any, dropped: u64) {
    let call = Context::current().and_then(|call| call.recording.zip(call.served_date()));
    let hash = call.and_then(|(recording, version)| recording.value_hash(version, value, dropped));
    note(|facts| facts.value = hash);
}

fn note(change: impl FnOnce(&mut CallFacts)) {
    if let Some(mut facts) = facts() {
        change(&mut facts);
        CURRENT.with(|current| current.facts.set(Some(facts)));
    }
}

/// Polls `future`, the response of which may be stored, and returns the facts about it.
///
/// They count also where the response has lost its extensions. A task that `future` spawns is not watched.
pub(crate) fn recorded<F: Future>(future: F) -> Recorded<F> {
    Recorded { facts: CallFacts::default(), future }
}

pin_project! {
    /// See [`recorded`].
    pub(crate) struct Recorded<F> {
        facts: CallFacts,
        #[pin]
        future: F,
    }
}

/// Restores the facts before.
struct ResetFacts(Option<CallFacts>);

impl Drop for ResetFacts {
    fn drop(&mut self) {
        CURRENT.with(|current| current.facts.set(self.0));
    }
}

impl<F: Future> Future for Recorded<F> {
    type Output = (F::Output, CallFacts);

    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let _reset = ResetFacts(CURRENT.with(|current| current.facts.replace(Some(*this.facts))));
        let polled = this.future.poll(cx);
        *this.facts = facts().unwrap_or_default();
        Poll::Ready((ready!(polled), *this.facts))
    }
}
