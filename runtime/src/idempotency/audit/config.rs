use http::{HeaderName, header};
use steadfast_core::wire;

/// How much of a request's body is kept unless said otherwise, in bytes.
const REQUEST_BODY: usize = 64 * 1024;

/// What an audit trail keeps; for [`Idempotency::audit`](super::super::Idempotency::audit).
///
/// Unless it is told otherwise: of every execution how it ended and with which status, the operation, the API version,
/// the hash of whose key it was, and of the request method, path, query, `Content-Type` and the first 64 KiB of the body. No
/// answers, no replays.
///
/// ```
/// use steadfast::idempotency::Audit;
/// use steadfast::{Idempotency, MemoryStore};
///
/// let audit = Audit::new()
///     .request_headers(["User-Agent", "X-Request-Id"])
///     .answer_headers(["Location"])
///     .answer_body(16 * 1024)
///     .replays();
/// let idempotency = Idempotency::new(MemoryStore::new()).audit(audit);
/// ```
///
/// Keys are never kept: an entry has the record's id, which is a hash. Nor are the headers `Authorization`,
/// `Proxy-Authorization` and `Cookie`. Of answers nothing is kept that is not kept for replays, and so nothing
/// [`#[sensitive]`](macro@crate::versioned#what-replays-leave-out). What else is secret in a query or in the body of a
/// request is kept as it was sent, `#[sensitive]` or not: leave out the body of an API whose requests hold it, do not
/// audit the endpoint, with `audit = false` in its `#[idempotent]`, or [seal](super::super::Idempotency) what is kept.
#[derive(Debug, Clone)]
#[must_use]
#[allow(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
pub struct Audit {
    pub(super) request_body: usize,
    pub(super) answer_body: usize,
    pub(super) request_headers: Vec<HeaderName>,
    pub(super) answer_headers: Vec<HeaderName>,
    pub(super) scope: bool,
    pub(super) replays: bool,
    pub(super) refusals: bool,
    /// Whether endpoints that say nothing are audited.
    pub(in crate::idempotency) every: bool,
}

impl Audit {
    /// What is said above.
    pub fn new() -> Self {
        Self {
            request_body: REQUEST_BODY,
            answer_body: 0,
            request_headers: vec![header::CONTENT_TYPE],
            answer_headers: Vec::new(),
            scope: false,
            replays: false,
            refusals: false,
            every: true,
        }
    }

    /// Of the bodies of requests the first so many bytes; with zero none.
    pub fn request_body(mut self, bytes: usize) -> Self {
        self.request_body = bytes;
        self
    }

    /// Of the bodies of answers the first so many bytes: of those that are kept for replays, and of executions that
    /// came to a final answer. Not of one with `replay = reference(..)`.
    pub fn answer_body(mut self, bytes: usize) -> Self {
        self.answer_body = bytes;
        self
    }

    /// These headers of requests, in place of `Content-Type`.
    ///
    /// # Panics
    /// If one is not the name of a header, or carries the credentials or the key of a caller. When the API is made, if
    /// one is the header that an endpoint [reads its key from](super::super::Idempotency::header).
    #[track_caller]
    pub fn request_headers<N: AsRef<str>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.request_headers = headers(names);
        self
    }

    /// These headers of answers, of those that are kept for replays.
    ///
    /// # Panics
    /// If one is not the name of a header, or carries the credentials or the key of a caller.
    #[track_caller]
    pub fn answer_headers<N: AsRef<str>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.answer_headers = headers(names);
        self
    }

    /// Whose keys they are, as [`Scope::scope`](crate::Scope::scope) says it, beside the hash of that.
    pub fn scope_in_plain(mut self) -> Self {
        self.scope = true;
        self
    }

    /// Also every replay. It is then answered when its entry is committed.
    pub fn replays(mut self) -> Self {
        self.replays = true;
        self
    }

    /// Also every request that is refused because its key belongs to another one, 422 `key-reused`.
    pub fn refusals(mut self) -> Self {
        self.refusals = true;
        self
    }

    /// Nothing but what endpoints with `audit = true` in their `#[idempotent]` do.
    pub fn only_where_said(mut self) -> Self {
        self.every = false;
        self
    }

    /// # Panics
    /// If the header that carries the keys of `operation` is to be kept.
    pub(in crate::idempotency) fn check(&self, key: &HeaderName, operation: &str) {
        assert!(
            !self.request_headers.contains(key),
            "`request_headers` of the audit trail name `{key}`, which carries the keys of `{operation}`\nhelp: remove \
             it; entries are found by `AuditTrail::of_key`"
        );
    }
}

impl Default for Audit {
    fn default() -> Self {
        Self::new()
    }
}

#[track_caller]
fn headers<N: AsRef<str>>(names: impl IntoIterator<Item = N>) -> Vec<HeaderName> {
    let read = |name: N| {
        let name = name.as_ref();
        let read = HeaderName::try_from(name);
        assert!(
            read.as_ref().is_ok_and(|name| !is_secret(name)),
            "{}",
            match read {
                Ok(_) => format!(
                    "an audit trail does not keep `{name}`, because it carries a secret of the caller\nhelp: remove it"
                ),
                Err(_) =>
                    format!("{name:?} is not the name of a header\nhelp: write it as in \"User-Agent\""),
            }
        );
        read.ok()
    };
    names.into_iter().filter_map(read).collect()
}

fn is_secret(name: &HeaderName) -> bool {
    const SECRET: [HeaderName; 4] =
        [header::AUTHORIZATION, header::PROXY_AUTHORIZATION, header::COOKIE, header::SET_COOKIE];
    SECRET.contains(name) || name == wire::IDEMPOTENCY_KEY
}
