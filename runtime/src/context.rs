//! What the running endpoint was called with, for the code that has no request to ask.
//!
//! `IntoResponse` sees no request and an extractor composed by a user sees only what axum hands it; both must know the
//! version that is served. A request extension would cost an allocation per request and would be lost to
//! `IntoResponse`; a thread-local set around every poll of the endpoint's future costs neither.

use crate::transform::newest::Telling;
use crate::transform::wire::HEAD;
use pin_project_lite::pin_project;
use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::task::{self, Poll};
use steadfast_core::{Date, Timeline, wire};

/// The path and query of the request without its version, where the client's own holds one; a request extension.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    pub(crate) text: String,
    /// How much of it stands before the path that the endpoint declares.
    pub(crate) mount: usize,
}

/// The call that is being answered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context {
    pub(crate) timeline: &'static Timeline,
    /// The served version, as a position in the timeline; `None` at a neutral endpoint.
    pub(crate) served: Option<usize>,
    /// Where the `type` of the framework's problems begins.
    pub(crate) problem_base: &'static str,
    /// The types of answers that are stored and may be told at another version; none where nothing is stored.
    pub(crate) telling: &'static [Option<Telling>],
}

thread_local! {
    static CURRENT: Cell<Option<Context>> = const { Cell::new(None) };
}

struct Reset(Option<Context>);

impl Drop for Reset {
    fn drop(&mut self) {
        CURRENT.set(self.0);
    }
}

impl Context {
    pub(crate) fn current() -> Option<Self> {
        CURRENT.get()
    }

    /// The day that names the served version.
    pub(crate) fn served_date(&self) -> Option<Date> {
        self.served.map(|position| self.timeline.releases[position].date)
    }

    /// The served version for [`wire::scope`](crate::transform::wire); the newest shape at a neutral endpoint.
    pub(crate) fn wire(self) -> u32 {
        self.served_date().map_or(HEAD, Date::number)
    }

    /// Runs `f` inside this call.
    pub(crate) fn enter<R>(self, f: impl FnOnce() -> R) -> R {
        let _reset = Reset(CURRENT.replace(Some(self)));
        f()
    }

    /// Polls `future` inside this call, wherever it is polled.
    pub(crate) fn scope<F: Future>(self, future: F) -> Scoped<F> {
        Scoped { call: Call(Some(self)), future }
    }
}

/// The call that something which outlives the handler belongs to, if any.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Call(Option<Context>);

impl Call {
    pub(crate) fn current() -> Self {
        Self(Context::current())
    }

    pub(crate) fn or_current(self) -> Self {
        Self(self.0.or_else(Context::current))
    }

    /// Polls `future` inside this call, wherever it is polled.
    #[cfg(feature = "ws")]
    pub(crate) fn scope<F: Future>(self, future: F) -> Scoped<F> {
        Scoped { call: self, future }
    }

    pub(crate) fn enter<R>(self, f: impl FnOnce() -> R) -> R {
        match self.0 {
            Some(context) => context.enter(f),
            None => f(),
        }
    }
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
