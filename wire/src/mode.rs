//! The mode of (de)serialisation on this thread: the version it speaks, and what the text is for.
//!
//! The mode is set around one synchronous call of serde and never while a handler runs. A handler that stores a type as JSON
//! says so, with [`stored`](crate::stored): else what it writes might be meant for a client, and would be in the wrong shape.

use std::any::type_name;
use std::cell::Cell;
use steadfast_core::Date;

/// The newest shape of every type.
pub const HEAD: u32 = u32::MAX;

/// No version, because nobody has said which.
const UNSAID: u32 = HEAD - 1;

/// No version: the one of a call is asked for, and none is running.
const NO_CALL: u32 = HEAD - 2;

/// No version: a conversion runs, which speaks of values and not of texts.
const CONVERTING: u32 = HEAD - 3;

/// What a value is written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A client. If `is_recorded`, types notice what a record of the text or a fingerprint of the value needs to know.
    Wire {
        /// Whether a text for another purpose is written next.
        is_recorded: bool,
    },
    /// The record of a response, which has no `#[sensitive]` fields.
    Record,
    /// A test of the laws of a type, which has all that a client is shown.
    #[cfg(feature = "testing")]
    Law,
    /// The fingerprint of a request, which has no `#[fingerprint(skip)]` fields.
    Fingerprint,
}

/// What the types noticed that were written or read under one purpose.
#[derive(Debug, Clone, Copy)]
#[allow(clippy::struct_excessive_bools, reason = "findings that do not exclude each other")]
pub struct Seen {
    /// A type looked at the version, so that there may be several shapes.
    pub version: bool,
    /// Something sensitive was written, or left out.
    pub sensitive: bool,
    /// Older shapes may show something that the text of the head does not tell.
    pub lossy: bool,
    /// A part of a value is not written, so that another value may have the same text.
    pub incomplete: bool,
    /// One variant was written under the name of another, so that two keys of a map may have become one.
    pub merged: bool,
    /// A hash of the parts that were read and are not in the value; 0 if there are none.
    pub dropped: u64,
}

impl Seen {
    const NOTHING: Self =
        Self { version: false, sensitive: false, lossy: false, incomplete: false, merged: false, dropped: 0 };
}

struct Mode {
    version: Cell<u32>,
    /// The version that the running call is served at, or [`NO_CALL`].
    call: Cell<u32>,
    purpose: Cell<Purpose>,
    seen: Cell<Seen>,
}

thread_local! {
    static MODE: Mode = const {
        Mode {
            version: Cell::new(UNSAID),
            call: Cell::new(NO_CALL),
            purpose: Cell::new(Purpose::Wire { is_recorded: false }),
            seen: Cell::new(Seen::NOTHING),
        }
    };
}

/// Returns the version as the number `YYYYMMDD`; [`HEAD`] outside every scope.
#[inline]
pub fn at() -> u32 {
    match version() {
        CONVERTING.. => HEAD,
        version => version,
    }
}

/// Returns the [version](at) in the shape of which `T` is written or read. Its newest shape is that of `newest`.
///
/// Outside every scope that is [`HEAD`]. In a call that is served at an older version, or at nobody knows which, it is a fault:
/// what the client is shown may be in a shape that it does not know.
///
/// # Panics
/// Then, in debug builds.
#[inline]
pub fn shape_of<T: ?Sized>(newest: u32) -> u32 {
    match version() {
        HEAD => HEAD,
        missing @ CONVERTING.. => unsaid(type_name::<T>, newest, missing),
        version => version,
    }
}

/// Returns the version or why there is none, and notes that a type has looked at it.
#[inline]
fn version() -> u32 {
    MODE.with(|mode| {
        mode.seen.set(Seen { version: true, ..mode.seen.get() });
        mode.version.get()
    })
}

#[cold]
fn unsaid(type_name: fn() -> &'static str, newest: u32, missing: u32) -> u32 {
    match missing {
        CONVERTING => crate::fault::in_conversion(type_name()),
        NO_CALL => crate::fault::out_of_call(type_name()),
        _ => {}
    }
    let call = MODE.with(|mode| mode.call.get());
    let served = Date::from_number(call).filter(|served| served.number() < newest);
    if served.is_some() || call == UNSAID {
        crate::fault::out_of_shape(type_name(), served);
    }
    HEAD
}

/// Says that a conversion of the user's runs, until it is dropped: the version around it is not what it speaks of.
#[inline]
pub fn converting() -> Restore {
    Restore(MODE.with(|mode| mode.version.replace(CONVERTING)))
}

/// Restores the version before.
#[derive(Debug)]
#[must_use = "the version before comes back when it is dropped"]
pub struct Restore(u32);

impl Drop for Restore {
    fn drop(&mut self) {
        MODE.with(|mode| mode.version.set(self.0));
    }
}

/// The version that a call is served at.
#[derive(Debug, Clone, Copy)]
pub struct CallVersion(u32);

impl CallVersion {
    /// The newest, whatever the client has: that of a neutral endpoint.
    pub const NEWEST: Self = Self(HEAD);

    /// Nobody knows which: the endpoint does not say.
    pub const UNSAID: Self = Self(UNSAID);

    /// The version of this date.
    pub const fn of(date: Date) -> Self {
        Self(date.number())
    }

    /// Says, until the guard is dropped, that the code on this thread belongs to a call that is served at this version.
    #[inline]
    pub fn enter(self) -> RestoreCall {
        RestoreCall(MODE.with(|mode| mode.call.replace(self.0)))
    }
}

/// Restores the call before.
#[derive(Debug)]
#[must_use = "the call before comes back when it is dropped"]
pub struct RestoreCall(u32);

impl Drop for RestoreCall {
    fn drop(&mut self) {
        MODE.with(|mode| mode.call.set(self.0));
    }
}

/// Returns what values are written for.
#[inline]
pub fn purpose() -> Purpose {
    MODE.with(|mode| mode.purpose.get())
}

/// Notes, unless its newest shape `tells` all of what they are made of, that older shapes of a value may show more.
#[inline]
pub fn lossy_unless(is_told: bool) {
    if !is_told {
        MODE.with(|mode| mode.seen.set(Seen { lossy: true, ..mode.seen.get() }));
    }
}

/// Notes that a part of a value is not written.
#[inline]
pub fn incomplete() {
    MODE.with(|mode| mode.seen.set(Seen { incomplete: true, ..mode.seen.get() }));
}

/// Notes that one variant is written under the name of another.
#[inline]
pub fn merged() {
    MODE.with(|mode| mode.seen.set(Seen { merged: true, ..mode.seen.get() }));
}

/// Returns what `f` returns, and whether a type has looked at the version meanwhile.
pub fn asking<R>(f: impl FnOnce() -> R) -> (R, bool) {
    let before = replace_seen(|seen| Seen { version: false, ..seen }).version;
    let result = f();
    let asked = seen().version;
    if before {
        replace_seen(|seen| Seen { version: true, ..seen });
    }
    (result, asked)
}

/// Returns what `f` returns, and whether it has written one variant under the name of another.
pub fn merging<R>(f: impl FnOnce() -> R) -> (R, bool) {
    let before = replace_seen(|seen| Seen { merged: false, ..seen }).merged;
    let result = f();
    let merged = seen().merged;
    if before {
        replace_seen(|seen| Seen { merged: true, ..seen });
    }
    (result, merged)
}

/// Notes the hash of a part that was read and is not in the value. The order of such parts does not count: members of maps
/// have none.
pub fn note_dropped(hash: u64) {
    MODE.with(|mode| {
        let seen = mode.seen.get();
        mode.seen.set(Seen { dropped: seen.dropped.wrapping_add(hash), ..seen });
    });
}

/// Notes that something sensitive is written, or left out.
#[inline]
pub fn note_sensitive() {
    MODE.with(|mode| mode.seen.set(Seen { sensitive: true, ..mode.seen.get() }));
}

/// Runs `f` at a version; the version before comes back also if `f` panics.
#[inline]
pub fn scope<R>(version: u32, f: impl FnOnce() -> R) -> R {
    let _restore = Restore(replace_version(version));
    f()
}

// Functions of their own: what is generic is compiled for each of its callers, and a thread-local is a lot of code.
#[inline]
fn replace_version(version: u32) -> u32 {
    MODE.with(|mode| mode.version.replace(version))
}

#[inline]
fn replace_seen(change: fn(Seen) -> Seen) -> Seen {
    MODE.with(|mode| mode.seen.replace(change(mode.seen.get())))
}

#[inline]
fn seen() -> Seen {
    MODE.with(|mode| mode.seen.get())
}

/// Runs a synchronous call of serde in the shape of the version that the running call is served at; in the newest one
/// at a neutral endpoint, and outside of a call in that of the scope around it.
pub fn as_served<R>(f: impl FnOnce() -> R) -> R {
    scope(served(), f)
}

/// Runs `f` as [`as_served`] does, for code of the user's, which must be in a call.
pub fn as_served_here<R>(f: impl FnOnce() -> R) -> R {
    let version = if is_said() { served() } else { NO_CALL };
    scope(version, f)
}

/// Returns the version that the running call is served at, as a number; outside of a call that of the scope.
pub fn served() -> u32 {
    MODE.with(|mode| match mode.call.get() {
        NO_CALL => mode.version.get(),
        served => served,
    })
}

/// Returns whether somebody has said in which version types are read and written here: a call, or a scope.
pub fn is_said() -> bool {
    MODE.with(|mode| mode.call.get() != NO_CALL || !(CONVERTING..HEAD).contains(&mode.version.get()))
}

/// Returns whether types are written in another shape than the newest.
pub fn is_older() -> bool {
    MODE.with(|mode| mode.version.get() < CONVERTING)
}

/// Runs `f` for a purpose, and returns what types noticed meanwhile. The purpose before comes back also if `f` panics.
pub fn with<R>(purpose: Purpose, f: impl FnOnce() -> R) -> (R, Seen) {
    let _reset = Reset::to(purpose);
    let result = f();
    (result, seen())
}

/// Restores the purpose before, and what was seen under it.
struct Reset(Purpose, Seen);

impl Reset {
    fn to(purpose: Purpose) -> Self {
        MODE.with(|mode| Self(mode.purpose.replace(purpose), mode.seen.replace(Seen::NOTHING)))
    }
}

impl Drop for Reset {
    fn drop(&mut self) {
        MODE.with(|mode| {
            mode.purpose.set(self.0);
            mode.seen.set(self.1);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::catch_unwind;

    #[test]
    fn panic_in_a_mode_restores_the_mode_before() {
        let panicked = catch_unwind(|| {
            with(Purpose::Record, || {
                scope(20_240_115, || {
                    note_sensitive();
                    panic!("on purpose")
                })
            })
        });
        assert!(panicked.is_err());
        let ((), seen) = with(Purpose::Wire { is_recorded: false }, || ());
        assert!(!seen.sensitive && !seen.version);
        assert_eq!((at(), purpose()), (HEAD, Purpose::Wire { is_recorded: false }));
    }

    #[test]
    fn nested_purpose_keeps_what_it_saw_to_itself() {
        let (inner, outer) = with(Purpose::Wire { is_recorded: true }, || {
            let ((), inner) = with(Purpose::Record, || {
                at();
                lossy_unless(false);
            });
            incomplete();
            inner
        });
        assert!(inner.version && inner.lossy && !inner.incomplete);
        assert!(outer.incomplete && !outer.version && !outer.lossy);
    }
}
