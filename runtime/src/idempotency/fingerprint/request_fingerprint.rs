use super::body_rule::{BodyRule, ContentType, append};
use super::secrets::{Secret, SecretId};
use super::{BodyValue, Hashing, RequestComparison, canonical, target};
use crate::idempotency::off_executor::{OffExecutor, is_large, off_executor};
use bytes::Bytes;
use futures_util::FutureExt;
use http::request::Parts;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};
use steadfast_core::{BoxFuture, Date};
use steadfast_engine::{Fingerprint, Match, TypedFingerprint};

/// The size of nearly everything but the body.
const PREAMBLE: usize = 192;

/// The algorithm of new fingerprints: changes with every change to what is hashed or how, because records outlive a
/// deployment.
const ALGORITHM: u8 = 1;

// The parts of a fingerprint's bytes.
/// The keyed hash of the canonical form.
const TEXT: Range<usize> = 0..32;
/// The quick hash of the very bytes.
const EXACT: Range<usize> = 32..48;
/// The secret that both were made with.
const SECRET: Range<usize> = 48..52;
/// The rule by which the body was read.
const RULE: Range<usize> = 52..56;

/// A request, to be compared with the one that a record was made for.
///
/// A replay of the very same bytes, which is what nearly all retries are, is recognised by a quick hash of them. Hashing
/// the canonical form, and the value that is read from it, waits until it is needed.
pub(crate) struct RequestFingerprint {
    hashing: Hashing,
    rule: BodyRule,
    comparison: Option<&'static dyn RequestComparison>,
    version: Option<Date>,
    /// The newest API version.
    head: Option<Date>,
    /// The number of the algorithm, the operation, the method, the target, and the headers that count.
    preamble: Vec<u8>,
    content_type: ContentType,
    body: Bytes,
    exact: OnceLock<[u8; 16]>,
    text: OnceLock<[u8; 32]>,
    fingerprint: OnceLock<Fingerprint>,
    is_foreign: OnceLock<bool>,
}

/// The endpoint's part in a fingerprint.
#[derive(Clone, Copy)]
pub(crate) struct Endpoint<'a> {
    pub(crate) operation: &'a str,
    pub(crate) rule: BodyRule,
    pub(crate) comparison: Option<&'static dyn RequestComparison>,
    pub(crate) version: Option<Date>,
    pub(crate) head: Option<Date>,
}

impl RequestFingerprint {
    /// The fingerprint of a request. The request is only looked at.
    pub(crate) fn new(hashing: &Hashing, endpoint: Endpoint<'_>, request: &mut Parts, body: &Bytes) -> Self {
        let Endpoint { operation, rule, comparison, version, head } = endpoint;
        let mut preamble = Vec::with_capacity(PREAMBLE);
        preamble.push(ALGORITHM);
        append(&mut preamble, operation.as_bytes());
        append(&mut preamble, request.method.as_str().as_bytes());
        target::append_to(&mut preamble, request);
        rule.append_headers(&request.headers, &mut preamble);
        let content_type = ContentType::of(&request.headers);
        Self {
            hashing: hashing.clone(),
            rule,
            comparison,
            version,
            head,
            preamble,
            content_type,
            body: body.clone(),
            exact: OnceLock::new(),
            text: OnceLock::new(),
            fingerprint: OnceLock::new(),
            is_foreign: OnceLock::new(),
        }
    }

    /// Does work that reads the body: at once, or on a thread that may block if the body is large.
    pub(crate) fn read<R: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Self) -> R + Send + 'static,
    ) -> OffExecutor<R> {
        let this = Arc::clone(self);
        off_executor(self.body.len(), move || work(&this))
    }

    /// Makes the fingerprint of a large body on a thread that may block; that of a small one can wait until it is asked for.
    pub(crate) fn prepare(self: &Arc<Self>) -> Option<BoxFuture<'static, Fingerprint>> {
        self.is_large().then(|| self.read(Self::fingerprint).boxed())
    }

    /// Returns the fingerprint for a new record. It takes a while: a replay does without.
    pub(crate) fn fingerprint(&self) -> Fingerprint {
        *self.fingerprint.get_or_init(|| {
            let secret = self.hashing.newest();
            let mut bytes = [0; Fingerprint::LENGTH];
            bytes[TEXT].copy_from_slice(&self.text());
            bytes[EXACT].copy_from_slice(&self.exact());
            bytes[SECRET].copy_from_slice(&secret.id());
            bytes[RULE].copy_from_slice(&self.rule.id());
            // The value of any other body is hashed when the handler has read it.
            let typed = if self.skips_fields() { self.typed_at(self.head, secret) } else { None };
            Fingerprint { version: self.version, algorithm: ALGORITHM, bytes, typed }
        })
    }

    /// Returns the keyed hash of the canonical form, by the newest secret.
    fn text(&self) -> [u8; 32] {
        *self.text.get_or_init(|| self.text_by(self.hashing.newest()))
    }

    /// Returns the quick hash of the very bytes, by the newest secret.
    fn exact(&self) -> [u8; 16] {
        *self.exact.get_or_init(|| self.exact_by(self.hashing.newest()))
    }

    /// Returns `true` if the body is so large that the executor's thread is not to read it: see [`Self::read`].
    pub(crate) fn is_large(&self) -> bool {
        is_large(self.body.len())
    }

    /// Compares with the request that a record was made for, in the way that the record was made.
    pub(crate) fn matches(&self, recorded: &Fingerprint) -> Match {
        if recorded.algorithm != ALGORITHM {
            return Match::Incomparable;
        }
        let mut id: SecretId = [0; 4];
        id.copy_from_slice(&recorded.bytes[SECRET]);
        let is_same_version = self.version == recorded.version;
        let mut found = Match::Incomparable;
        for secret in self.hashing.named(id) {
            match self.matches_by(secret, is_same_version, recorded) {
                Match::Same => return Match::Same,
                Match::Different => found = Match::Different,
                Match::Incomparable => {}
            }
        }
        found
    }

    fn matches_by(&self, secret: &Secret, is_same_version: bool, recorded: &Fingerprint) -> Match {
        let is_newest = std::ptr::eq(secret, self.hashing.newest());
        let is_exact = || {
            let exact = if is_newest { self.exact() } else { self.exact_by(secret) };
            exact == recorded.bytes[EXACT]
        };
        if is_same_version && is_exact() {
            return Match::Same;
        }
        if self.rule.id() != recorded.bytes[RULE] {
            return Match::Incomparable;
        }
        let has_same_text = || {
            let text = if is_newest { self.text() } else { self.text_by(secret) };
            text == recorded.bytes[TEXT]
        };
        let has_same_value =
            || recorded.typed.is_some_and(|value| self.typed_at(Some(value.head), secret) == Some(value));
        let is_same = if is_same_version {
            has_same_text() || self.is_compared_by_value() && has_same_value()
        } else {
            self.reads_alike(recorded.version) && has_same_text()
                || self.is_comparable(recorded.version) && has_same_value()
                || self.is_foreign() && has_same_text()
        };
        // Whoever replays a response of another version asks, and is not to read a large body then.
        if is_same && !is_same_version && self.is_large() {
            self.is_foreign();
        }
        if is_same { Match::Same } else { Match::Different }
    }

    /// Compares with another request of this process.
    pub(crate) fn matches_request(&self, other: &Self) -> Match {
        if self.version == other.version && self.exact() == other.exact() {
            return Match::Same;
        }
        self.matches(&other.fingerprint())
    }

    /// Returns `true` if the body cannot be read at the version of the request: then the client wrote it for another
    /// version, and was given a new one since.
    pub(crate) fn is_foreign(&self) -> bool {
        *self.is_foreign.get_or_init(|| {
            self.comparison
                .zip(self.version)
                .is_some_and(|(comparison, version)| !comparison.is_readable(&self.body, version))
        })
    }

    /// Returns the value of the body as it can be read without the handler, for an execution that is recovered and never
    /// reads it.
    pub(crate) fn unread_value(&self) -> Option<TypedFingerprint> {
        let head = self.head.filter(|_| !self.skips_fields())?;
        self.typed_at(Some(head), self.hashing.newest())
    }

    fn skips_fields(&self) -> bool {
        self.reads_json() && self.comparison.is_some_and(|comparison| comparison.skips_fields(self.version))
    }

    fn reads_json(&self) -> bool {
        self.rule.reads_json(&self.content_type)
    }

    /// Returns `true` if at its own version equal values mean the same request.
    fn is_compared_by_value(&self) -> bool {
        let is_faithful =
            |(comparison, version): (&dyn RequestComparison, _)| comparison.is_faithful(version);
        self.skips_fields() || self.reads_json() && self.comparison.zip(self.version).is_some_and(is_faithful)
    }

    /// Returns `true` if the text of the request means the same at its own and another version.
    fn reads_alike(&self, other: Option<Date>) -> bool {
        self.compare(other, |comparison, own, other| {
            comparison.is_comparable(own, other) && comparison.reads_alike(&self.body, own, other)
        })
    }

    fn is_comparable(&self, other: Option<Date>) -> bool {
        self.reads_json()
            && self.compare(other, |comparison, own, other| comparison.is_comparable(own, other))
    }

    fn compare(
        &self,
        other: Option<Date>,
        by: impl FnOnce(&dyn RequestComparison, Date, Date) -> bool,
    ) -> bool {
        match (self.comparison, self.version, other) {
            (Some(comparison), Some(own), Some(other)) => by(comparison, own, other),
            // One of them has no version: an endpoint that became neutral, or was it.
            _ => false,
        }
    }

    fn exact_by(&self, secret: &Secret) -> [u8; 16] {
        secret.exact(&[&self.preamble, self.rule.reading(&self.content_type), &self.body])
    }

    fn text_by(&self, secret: &Secret) -> [u8; 32] {
        self.rule.apply(&self.content_type, &self.body, |tag, content| {
            self.hashing.keyed(secret, &[&self.preamble, tag, content])
        })
    }

    fn typed_at(&self, head: Option<Date>, secret: &Secret) -> Option<TypedFingerprint> {
        let comparison = self.comparison.filter(|_| self.reads_json())?;
        let head = head.unwrap_or(NEUTRAL);
        // No version is newer than the newest one, whose shapes cost least to write.
        let to = Some(head).filter(|head| self.head.is_some_and(|newest| *head < newest));
        let BodyValue { type_id, json, is_ordered } = comparison.value(&self.body, self.version, to)?;
        Some(keyed_value(&self.hashing, secret, &self.preamble, head, type_id, digest(&json, is_ordered)?))
    }

    /// Returns `true` if the value of a running request decides whether this one is the same. It is recorded when the
    /// execution ends.
    pub(crate) fn is_undecided(&self, running: &Fingerprint) -> bool {
        let is_typed = self.comparison.is_some_and(|comparison| comparison.type_id(self.version).is_some());
        if running.typed.is_some() || self.skips_fields() || !is_typed {
            return false;
        }
        if self.version == running.version {
            return self.is_compared_by_value();
        }
        self.is_comparable(running.version) && !self.reads_alike(running.version)
    }

    /// Returns what it takes to add the value that the handler will have read; `None` if that is known already, or does not
    /// count.
    pub(crate) fn value_hasher(&self) -> Option<ValueHasher> {
        let comparison = self.comparison.filter(|_| self.reads_json() && !self.skips_fields())?;
        let (hashing, preamble) = (self.hashing.clone(), self.preamble.clone());
        Some(ValueHasher { hashing, preamble, head: self.head?, type_id: comparison.type_id(self.version)? })
    }
}

/// Adds to the fingerprint of a request the value that its handler has read. It does not hold the body, because an
/// execution may be long.
pub(crate) struct ValueHasher {
    hashing: Hashing,
    preamble: Vec<u8>,
    head: Date,
    type_id: u64,
}

impl ValueHasher {
    /// Returns the hash for the record of a value with this [`digest`].
    pub(crate) fn hash(&self, value: [u8; 16]) -> TypedFingerprint {
        let Self { hashing, preamble, head, type_id } = self;
        keyed_value(hashing, hashing.newest(), preamble, *head, *type_id, value)
    }
}

/// Keys the hash of a value, with everything else that counts of its request.
fn keyed_value(
    hashing: &Hashing,
    secret: &Secret,
    preamble: &[u8],
    head: Date,
    type_id: u64,
    value: [u8; 16],
) -> TypedFingerprint {
    let hash = hashing.keyed(secret, &[preamble, b"T", &type_id.to_le_bytes(), &value]);
    TypedFingerprint { head, type_id, hash }
}

/// Returns a hash of a JSON text; unless the text `is_ordered`, of its members in any order.
///
/// `SipHash` can be forged where there is no secret. Whoever does so makes two bodies for one of its own keys that count as
/// the same request, and could have sent the first one twice.
pub(crate) fn digest(json: &[u8], is_ordered: bool) -> Option<[u8; 16]> {
    if is_ordered {
        return Some(Secret::NONE.exact(&[json]));
    }
    canonical::canonical(json, &[], |text| text.map(|text| Secret::NONE.exact(&[text])))
}

/// Compares the requests of two fingerprints, of which nothing else is known.
///
/// The second one is that of a record which the request of the first one had before: whoever replaced it was compared with
/// it, unless somebody had freed the key. So one text at two versions, and equal values, are taken for the same request.
pub(crate) fn compare(one: &Fingerprint, other: &Fingerprint) -> Match {
    let is_same = |part: Range<usize>| one.bytes[part.clone()] == other.bytes[part];
    if one.algorithm != other.algorithm || !is_same(SECRET) {
        return Match::Incomparable;
    }
    if is_same(EXACT) {
        return Match::Same;
    }
    if !is_same(RULE) {
        return Match::Incomparable;
    }
    let has_same_value = one.typed.is_some() && one.typed == other.typed;
    if is_same(TEXT) || has_same_value { Match::Same } else { Match::Different }
}

/// Stands for the newest version where an endpoint has no versions: every type has its newest shape there.
const NEUTRAL: Date = match Date::from_ymd(9999, 12, 31) {
    Some(date) => date,
    None => unreachable!(),
};

/// Shows neither the body nor its hash.
impl fmt::Debug for RequestFingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RequestFingerprint(redacted)")
    }
}

/// Fingerprints without an API around them, for the programs that measure and fuzz them.
#[doc(hidden)]
#[derive(Debug)]
pub struct Fingerprinting {
    hashing: Hashing,
    rule: BodyRule,
    request: std::sync::Mutex<Parts>,
}

impl Fingerprinting {
    /// Of requests like `request`.
    pub fn new(secrets: &[[u8; 32]], request: Parts) -> Self {
        let hashing = Hashing::default().with_secrets(super::Secrets::new(secrets));
        Self {
            hashing,
            rule: BodyRule::new(crate::idempotency_policy::FingerprintForm::DEFAULT),
            request: request.into(),
        }
    }

    /// By another rule.
    #[must_use]
    pub fn rule(mut self, rule: crate::idempotency_policy::FingerprintForm) -> Self {
        self.rule = BodyRule::new(rule);
        self
    }

    /// Returns the fingerprint of a first request with this body.
    pub fn recorded(&self, body: &Bytes) -> Fingerprint {
        self.request(body).fingerprint()
    }

    /// Returns `true` if a request with this body is that of a record.
    pub fn is_same(&self, body: &Bytes, recorded: &Fingerprint) -> bool {
        self.request(body).matches(recorded) == Match::Same
    }

    fn request(&self, body: &Bytes) -> RequestFingerprint {
        let endpoint =
            Endpoint { operation: "pay", rule: self.rule, comparison: None, version: None, head: None };
        let mut request = self.request.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        RequestFingerprint::new(&self.hashing, endpoint, &mut request, body)
    }
}

#[cfg(test)]
pub(super) mod tests;
