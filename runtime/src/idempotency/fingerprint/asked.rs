use super::algorithm1;
use super::form::{ContentType, FingerprintForm, FormId, append};
use super::restated::{Elsewhere, Restate, Restated};
use super::secret::{Secret, SecretId, Secrets};
use super::{Digest, Hashing, target};
use crate::idempotency::record::Fingerprint;
use bytes::Bytes;
use http::request::Parts;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};
use steadfast_core::Date;

/// Bodies up to this size are only brought into their canonical form when that is needed, which is within a store.
/// What takes longer is done before, so that it does not hold up whoever waits for the store's lock.
const LARGEST_LAZY: usize = 4096;

/// What a request asks for, to be compared with what a record was made for.
///
/// A replay of the very same bytes, which is what nearly all retries are, is recognised by a quick hash of them. The
/// rest is worked out when somebody asks for it, by whichever algorithm and secret the record was made with.
///
/// ```
/// use steadfast::idempotency::{Asked, Fingerprint, Match};
///
/// let recorded = Fingerprint { algorithm: 2, bytes: [7; Fingerprint::LENGTH] };
/// let asked = Asked::from(recorded);
/// assert_eq!(asked.matches(&recorded), Match::Same);
/// assert_eq!(asked.fingerprint(), recorded);
/// ```
#[derive(Clone)]
pub struct Asked {
    kind: Arc<Kind>,
    /// The API version it is asked in, where one text may ask for different things at different versions.
    version: Option<Date>,
}

/// How what is asked for compares to what was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Match {
    /// It is the same request.
    Same,
    /// The key belongs to another request.
    Different,
    /// The record was made with an algorithm or a secret that is not known here, or the endpoint has since changed what
    /// counts: whether the requests are the same cannot be said.
    Incomparable,
}

enum Kind {
    Known(Fingerprint),
    Request(Request),
    Elsewhere(Elsewhere),
}

struct Request {
    secrets: Arc<Secrets>,
    form: FingerprintForm,
    form_id: FormId,
    /// The number of the algorithm; operation, method and target; headers.
    preamble: Vec<u8>,
    /// Operation, method and target within the preamble.
    basics: Range<usize>,
    content_type: ContentType,
    body: Bytes,
    exact: [u8; 16],
    fingerprint: OnceLock<Fingerprint>,
}

/// The algorithm of new fingerprints: changes with every change to what is hashed or how, because records outlive a
/// deployment.
const ALGORITHM: u8 = 2;
/// What is only read.
const FIRST: u8 = 1;

/// What the bytes of a fingerprint are.
const MEANING: Range<usize> = 0..32;
const EXACT: Range<usize> = 32..48;
const SECRET: Range<usize> = 48..52;
const FORM: Range<usize> = 52..56;

impl Asked {
    /// What `request` asks of `operation`.
    pub(crate) fn of(
        hashing: &Hashing,
        form: FingerprintForm,
        operation: &str,
        request: &Parts,
        body: &Bytes,
    ) -> Self {
        let secrets = match hashing {
            Hashing::Sha256(secrets) => Arc::clone(secrets),
            Hashing::Stub(stub) => return Self::stubbed(*stub, operation),
        };
        let (method, target) = (request.method.as_str(), target(request));
        let mut preamble = Vec::with_capacity(operation.len() + method.len() + target.len() + 32);
        preamble.push(ALGORITHM);
        for part in [operation, method, target] {
            append(&mut preamble, part.as_bytes());
        }
        let basics = 1..preamble.len();
        form.append_headers(&request.headers, &mut preamble);
        let exact = secrets.newest().exact(&[&preamble, body]);
        let request = Request {
            form_id: form.id(),
            content_type: ContentType::of(&request.headers),
            body: body.clone(),
            fingerprint: OnceLock::new(),
            secrets,
            form,
            preamble,
            basics,
            exact,
        };
        if body.len() > LARGEST_LAZY {
            request.fingerprint();
        }
        Self::new(Kind::Request(request))
    }

    fn stubbed(stub: Digest, operation: &str) -> Self {
        let mut bytes = [0; Fingerprint::LENGTH];
        bytes[MEANING].copy_from_slice(&stub(&[operation.as_bytes()]));
        Self::from(Fingerprint { algorithm: ALGORITHM, bytes })
    }

    fn new(kind: Kind) -> Self {
        Self { kind: Arc::new(kind), version: None }
    }

    /// Asked in this version: a record of another is not that of the same request, before it is [known](Self::learn)
    /// what this one would be there.
    pub(crate) fn at(mut self, version: Option<Date>) -> Self {
        self.version = version;
        self
    }

    /// The same, and with it what it would be at the version of a record. `None` if it is asked in that version, or if
    /// there is nothing to learn.
    pub(crate) fn learn(&self, version: Date, restate: Restate) -> Option<Self> {
        let own = self.version.filter(|own| *own != version)?;
        let mut elsewhere = match &*self.kind {
            Kind::Elsewhere(elsewhere) => elsewhere.clone(),
            _ => Elsewhere::new(Self { version: None, ..self.clone() }),
        };
        let Kind::Request(request) = &*elsewhere.own.kind else { return None };
        if elsewhere.knows(version) {
            return None;
        }
        let restated = restate(&request.body, (own, version));
        let is_foreign = restated == Restated::Foreign;
        let asked = match restated {
            Restated::Alike | Restated::Foreign => vec![elsewhere.own.clone()],
            Restated::As(texts) => {
                texts.into_iter().map(|text| Self::new(Kind::Request(request.saying(text)))).collect()
            }
        };
        elsewhere.learn(version, asked, is_foreign);
        Some(Self::new(Kind::Elsewhere(elsewhere)).at(self.version))
    }

    /// Whether its own version cannot read it, and that of a record can.
    pub(crate) fn is_foreign(&self, version: Date) -> bool {
        matches!(&*self.kind, Kind::Elsewhere(elsewhere) if elsewhere.is_foreign(version))
    }

    /// The same, as far as it is compared, without the body.
    pub(crate) fn without_body(&self) -> Self {
        let kind = match &*self.kind {
            Kind::Elsewhere(elsewhere) => Kind::Elsewhere(elsewhere.without_bodies()),
            _ => Kind::Known(self.fingerprint()),
        };
        Self::new(kind).at(self.version)
    }

    /// What a new record holds.
    pub fn fingerprint(&self) -> Fingerprint {
        match &*self.kind {
            Kind::Known(fingerprint) => *fingerprint,
            Kind::Request(request) => request.fingerprint(),
            Kind::Elsewhere(elsewhere) => elsewhere.own.fingerprint(),
        }
    }

    /// Compares with what a record holds, in the way that the record was made.
    pub fn matches(&self, recorded: &Fingerprint) -> Match {
        match &*self.kind {
            Kind::Known(asked) => compare(asked, recorded),
            Kind::Request(request) => request.matches(recorded),
            Kind::Elsewhere(elsewhere) => elsewhere.own.matches(recorded),
        }
    }

    /// Compares with what a record of a request in `version` holds.
    pub(crate) fn matches_in(&self, version: Option<Date>, recorded: &Fingerprint) -> Match {
        match (self.version, version) {
            (Some(own), Some(version)) if own != version => match &*self.kind {
                Kind::Elsewhere(elsewhere) => elsewhere.matches(version, recorded),
                // Not yet known: whoever asked learns it, and asks again.
                _ => Match::Different,
            },
            _ => self.matches(recorded),
        }
    }

    /// Compares with another request of this process.
    pub(crate) fn matches_asked(&self, other: &Self) -> Match {
        match (&*self.kind, &*other.kind) {
            (Kind::Request(one), Kind::Request(two))
                if self.version == other.version && one.exact == two.exact =>
            {
                Match::Same
            }
            _ => self.matches_in(other.version, &other.fingerprint()),
        }
    }
}

fn compare(asked: &Fingerprint, recorded: &Fingerprint) -> Match {
    if asked.algorithm != recorded.algorithm || asked.bytes[SECRET] != recorded.bytes[SECRET] {
        return Match::Incomparable;
    }
    if asked.bytes[MEANING] == recorded.bytes[MEANING] {
        Match::Same
    } else if asked.bytes[FORM] == recorded.bytes[FORM] {
        Match::Different
    } else {
        Match::Incomparable
    }
}

impl Request {
    /// The same request with another body.
    fn saying(&self, body: Bytes) -> Self {
        Self {
            secrets: Arc::clone(&self.secrets),
            form: self.form,
            form_id: self.form_id,
            preamble: self.preamble.clone(),
            basics: self.basics.clone(),
            content_type: self.content_type.clone(),
            exact: self.secrets.newest().exact(&[&self.preamble, &body]),
            body,
            fingerprint: OnceLock::new(),
        }
    }

    fn fingerprint(&self) -> Fingerprint {
        *self.fingerprint.get_or_init(|| {
            let secret = self.secrets.newest();
            let mut bytes = [0; Fingerprint::LENGTH];
            bytes[MEANING].copy_from_slice(&self.meaning(secret));
            bytes[EXACT].copy_from_slice(&self.exact);
            bytes[SECRET].copy_from_slice(&secret.id());
            bytes[FORM].copy_from_slice(&self.form_id);
            Fingerprint { algorithm: ALGORITHM, bytes }
        })
    }

    fn meaning(&self, secret: &Secret) -> [u8; 32] {
        let (tag, content) = self.form.body.of(&self.content_type, &self.body);
        secret.digest(&[&self.preamble, tag, &content])
    }

    fn matches(&self, recorded: &Fingerprint) -> Match {
        match recorded.algorithm {
            ALGORITHM => self.matches_second(recorded),
            FIRST => {
                let may_be_json = self.content_type.may_be_json;
                let digest = algorithm1::digest(&self.preamble[self.basics.clone()], may_be_json, &self.body);
                if digest == recorded.bytes[MEANING] { Match::Same } else { Match::Different }
            }
            _ => Match::Incomparable,
        }
    }

    fn matches_second(&self, recorded: &Fingerprint) -> Match {
        let newest = self.secrets.newest();
        let mut id: SecretId = [0; 4];
        id.copy_from_slice(&recorded.bytes[SECRET]);
        if id == newest.id() && self.exact == recorded.bytes[EXACT] {
            return Match::Same;
        }
        let is_same_form = self.form_id == recorded.bytes[FORM];
        let mut found = Match::Incomparable;
        for secret in self.secrets.named(id) {
            let is_exact = || secret.exact(&[&self.preamble, &self.body]) == recorded.bytes[EXACT];
            let is_newest = std::ptr::eq(secret, newest);
            let has_meaning = || {
                let kept = is_newest.then(|| self.fingerprint());
                match kept {
                    Some(kept) => kept.bytes[MEANING] == recorded.bytes[MEANING],
                    None => self.meaning(secret) == recorded.bytes[MEANING],
                }
            };
            if !is_newest && is_exact() || is_same_form && has_meaning() {
                return Match::Same;
            }
            if is_same_form {
                found = Match::Different;
            }
        }
        found
    }
}

/// What is compared with itself only, as by a store that a test wrote.
impl From<Fingerprint> for Asked {
    fn from(fingerprint: Fingerprint) -> Self {
        Self::new(Kind::Known(fingerprint))
    }
}

impl PartialEq for Asked {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.kind, &other.kind) || self.fingerprint() == other.fingerprint()
    }
}

impl Eq for Asked {}

/// Neither the body nor its hash.
impl fmt::Debug for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Asked(redacted)")
    }
}

#[cfg(test)]
mod tests;
