//! What of an answer is not kept for replays: the fields that are `#[sensitive]`.
//!
//! An answer that shows such a field is written once more for its record, without it. Whether it does show one is found
//! out while it is written and not from its type: types that know nothing of versions may hold some that do.

use super::newest::{Newest, Text};
use super::versioned::Written;
use super::{nowhere, wire};
use crate::context::Context;
use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use pin_project_lite::pin_project;
use serde::{Serialize, ser};
use std::cell::Cell;
use std::fmt;
use std::pin::Pin;
use std::task::{self, Poll, ready};

thread_local! {
    /// Whether what is being written is the copy for the record.
    static COPYING: Cell<bool> = const { Cell::new(false) };

    /// Whether something sensitive was written, or left out of a copy.
    static SEEN: Cell<bool> = const { Cell::new(false) };

    /// In a call whose answer may be kept: whether it wrote an answer with something sensitive in it.
    static KEEPING: Cell<Option<bool>> = const { Cell::new(None) };
}

struct Reset<T: Copy + 'static>(&'static std::thread::LocalKey<Cell<T>>, T);

impl<T: Copy + 'static> Drop for Reset<T> {
    fn drop(&mut self) {
        self.0.set(self.1);
    }
}

/// Says that something sensitive is about to be written; whether it is to be left out.
#[inline]
pub fn sensitive() -> bool {
    SEEN.set(true);
    COPYING.get()
}

/// The same, for `skip_serializing_if`.
#[inline]
pub fn is_sensitive<T: ?Sized>(_: &T) -> bool {
    sensitive()
}

/// Says that what is about to be written is made of something sensitive and cannot be left out.
///
/// # Errors
/// In a copy: the answer is not kept then.
pub fn inseparable<E: ser::Error>() -> Result<(), E> {
    if sensitive() {
        return Err(E::custom("what it shows of something sensitive cannot be left out"));
    }
    Ok(())
}

/// Asks whether a value holds anything sensitive, of which something else is made.
#[derive(Debug)]
pub struct Sensitivity<'a, T: ?Sized>(pub &'a T);

impl<T: Serialize + ?Sized> Sensitivity<'_, T> {
    /// Whether it does, where that matters.
    pub fn is_there(&self) -> bool {
        // A layer that moves the call to a task of its own is not seen here; what it answers is then known by its fields.
        if KEEPING.get().is_none() && !COPYING.get() {
            return false;
        }
        let _reset = Reset(&SEEN, SEEN.replace(false));
        let is_written = wire::scope(wire::HEAD, || nowhere::is_written(self.0));
        // What could not be written to its end was not seen to its end.
        SEEN.get() || !is_written
    }
}

/// The answer of [`Sensitivity`] for what is not written by itself.
pub trait NotWritten {
    /// It is not.
    fn is_there(&self) -> bool {
        false
    }
}

impl<T: ?Sized> NotWritten for Sensitivity<'_, T> {}

/// What is kept of an answer that shows something sensitive; a response extension.
#[derive(Clone)]
pub(crate) struct Reduced {
    /// What was written: only of this it is known what may be kept.
    written: Bytes,
    /// That, without what is sensitive; `None` if it could not be left out, or if nobody seemed to keep it.
    copy: Option<(Bytes, Option<Text>)>,
}

impl Reduced {
    /// What may be kept in the place of this body, and of its newest shape; `None` if it has been touched since it was
    /// written.
    pub(crate) fn of(&self, body: &Bytes) -> Option<(Bytes, Option<Text>)> {
        let is_same = body.as_ptr() == self.written.as_ptr() && body.len() == self.written.len();
        self.copy.clone().filter(|_| is_same)
    }
}

impl fmt::Debug for Reduced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reduced")
    }
}

/// The body of an answer.
pub(crate) struct Told {
    pub(crate) text: Bytes,
    /// It in the newest shape. Nothing of what is sensitive.
    newest: Option<Text>,
    /// What is kept of it, if that is less.
    reduced: Option<Reduced>,
}

impl Told {
    /// Makes it the body of a response, and says there what is kept.
    pub(crate) fn put_into(self, response: &mut Response) {
        let Self { text, newest, reduced } = self;
        let extensions = response.extensions_mut();
        // Those of the text before are of no text any more.
        extensions.remove::<Reduced>();
        extensions.remove::<Newest>();
        if let Some(reduced) = reduced {
            extensions.insert(reduced);
        }
        if let Some(newest) = newest {
            extensions.insert(Newest::new(text.clone(), newest));
        }
        *response.body_mut() = Body::from(text);
    }
}

/// The body of an answer, and what is kept of it if that is less.
pub(crate) fn written<E>(write: &mut dyn FnMut() -> Result<Written, E>) -> Result<Told, E> {
    let (written, is_shown) = seen(&mut *write);
    let Written { text, newest } = written?;
    let text = Bytes::from(text);
    if !is_shown {
        return Ok(Told { text, newest, reduced: None });
    }
    let is_kept = KEEPING.get().is_some();
    if is_kept {
        KEEPING.set(Some(true));
    }
    // Without a call it is not known yet who keeps it.
    let is_copied = is_kept || Context::current().is_none();
    let copy = is_copied.then(|| copied(write)).and_then(Result::ok);
    let copy = copy.map(|Written { text, newest }| (Bytes::from(text), newest));
    let reduced = Reduced { written: text.clone(), copy };
    Ok(Told { text, newest: None, reduced: Some(reduced) })
}

/// What `write` gives, and whether it wrote something sensitive.
pub(crate) fn seen<R>(write: impl FnOnce() -> R) -> (R, bool) {
    let _reset = Reset(&SEEN, SEEN.replace(false));
    let written = write();
    (written, SEEN.get())
}

/// What `write` gives without what is sensitive.
pub(crate) fn copied<R>(write: impl FnOnce() -> R) -> R {
    let _reset = Reset(&COPYING, COPYING.replace(true));
    write()
}

/// Whether what is being written is kept as it is: no copy of it will be in its place.
pub(super) fn is_kept_whole() -> bool {
    COPYING.get() || !SEEN.get()
}

/// Whether what is being written is the copy for the record.
pub(crate) fn is_copying() -> bool {
    COPYING.get()
}

pin_project! {
    /// See [`keeping`].
    pub(crate) struct Keeping<F> {
        shown: bool,
        #[pin]
        future: F,
    }
}

/// Polls `future`, whose answer may be kept, and tells whether it wrote an answer with something sensitive in it.
pub(crate) fn keeping<F: Future>(future: F) -> Keeping<F> {
    Keeping { shown: false, future }
}

impl<F: Future> Future for Keeping<F> {
    type Output = (F::Output, bool);

    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let _reset = Reset(&KEEPING, KEEPING.replace(Some(*this.shown)));
        let polled = this.future.poll(cx);
        *this.shown = KEEPING.get().unwrap_or_default();
        Poll::Ready((ready!(polled), *this.shown))
    }
}
