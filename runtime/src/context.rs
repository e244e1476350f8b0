//! The running call, for the code that has no request to ask.
//!
//! `IntoResponse` sees no request and an extractor composed by a user sees only what axum hands it; both must know the
//! version that is served. A request extension would cost an allocation per request and would be lost to
//! `IntoResponse`; a thread-local set around every poll of the endpoint's future costs neither.

use crate::transform::translation::Translation;
use crate::transform::typed::TypedBody;
use crate::transform::wire::{HEAD, Seen};
use pin_project_lite::pin_project;
use std::any::Any;
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
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context {
    pub(crate) timeline: &'static Timeline,
    /// The served version, as a position in the timeline; `None` at a neutral endpoint.
    pub(crate) served: Option<usize>,
    /// Where the `type` of the framework's problems begins.
    pub(crate) problem_base: &'static str,
    /// The types of response bodies that can be translated to other versions; none where no response is stored.
    pub(crate) translations: &'static [Option<Translation>],
    /// How the extractor of the body hashes the value that it has read; `None` where nobody asks for the hash.
    pub(crate) typed: Option<TypedHash>,
}

/// How the value of a body is hashed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TypedHash {
    pub(crate) body: TypedBody,
    /// Hashes the text that [`TypedBody::canonical`] returns.
    pub(crate) digest: fn(&[u8]) -> [u8; 32],
}

/// What the code that runs on this thread belongs to.
struct Current {
    call: Cell<Option<Context>>,
    /// In an execution whose response may be stored: what is known of it.
    observed: Cell<Option<Observed>>,
}

thread_local! {
    static CURRENT: Current = const { Current { call: Cell::new(None), observed: Cell::new(None) } };
}

struct Reset(Option<Context>);

impl Drop for Reset {
    fn drop(&mut self) {
        CURRENT.with(|current| current.call.set(self.0));
    }
}

impl Context {
    pub(crate) fn current() -> Option<Self> {
        CURRENT.with(|current| current.call.get())
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
        let _reset = Reset(CURRENT.with(|current| current.call.replace(Some(self))));
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

/// The facts about an execution that its response does not carry.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Observed {
    /// A body that was rendered shows something sensitive, so that no body may be stored of which nothing else is known.
    pub(crate) is_sensitive: bool,
    /// The hash of the value that was read from the body, see [`Context::typed`].
    pub(crate) typed: Option<[u8; 32]>,
}

/// Returns whether the response of the running execution may be stored.
pub(crate) fn is_recorded() -> bool {
    CURRENT.with(|current| current.observed.get()).is_some()
}

/// Notes, if the response of the running execution may be stored, that a body shows something sensitive.
pub(crate) fn note_sensitive() {
    observe(|observed| observed.is_sensitive = true);
}

/// Notes, if the running execution is asked for it, the hash of a value that was read from the body.
///
/// `read` was noticed while it was read.
pub(crate) fn note_value(value: &dyn Any, read: Seen) {
    let Some(TypedHash { body, digest }) = Context::current().and_then(|context| context.typed) else {
        return;
    };
    if is_recorded()
        && let Some(text) = body.write(value, read)
    {
        observe(|observed| observed.typed = Some(digest(&text)));
    }
}

fn observe(note: impl FnOnce(&mut Observed)) {
    CURRENT.with(|current| {
        if let Some(mut observed) = current.observed.get() {
            note(&mut observed);
            current.observed.set(Some(observed));
        }
    });
}

/// Polls `future`, the response of which may be stored, and returns what was observed meanwhile.
///
/// That counts also where the response has lost its extensions. A task that `future` spawns is not observed.
pub(crate) fn recorded<F: Future>(future: F) -> Recorded<F> {
    Recorded { observed: Observed::default(), future }
}

pin_project! {
    /// See [`recorded`].
    pub(crate) struct Recorded<F> {
        observed: Observed,
        #[pin]
        future: F,
    }
}

impl<F: Future> Future for Recorded<F> {
    type Output = (F::Output, Observed);

    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
        struct Reset(Option<Observed>);

        impl Drop for Reset {
            fn drop(&mut self) {
                CURRENT.with(|current| current.observed.set(self.0));
            }
        }

        let this = self.project();
        let _reset = Reset(CURRENT.with(|current| current.observed.replace(Some(*this.observed))));
        let polled = this.future.poll(cx);
        *this.observed = CURRENT.with(|current| current.observed.get()).unwrap_or_default();
        Poll::Ready((ready!(polled), *this.observed))
    }
}
