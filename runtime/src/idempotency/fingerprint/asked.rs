use super::algorithm1;
use super::form::{ContentType, Form, append};
use super::place;
use super::restated::{Elsewhere, Restate, Restated};
use super::secret::{Secret, SecretId, Secrets};
use super::{Digest, Hashing};
use crate::idempotency::record::Fingerprint;
use bytes::Bytes;
use http::request::Parts;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};
use steadfast_core::Date;

/// Bodies up to this size are brought into their canonical form within a store, if that is needed at all. What takes
/// longer would hold up whoever waits for the store's lock.
const LARGEST_LAZY: usize = 4096;

/// What is nearly always enough for everything but the body.
const PREAMBLE: usize = 192;

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
    form: Form,
    /// The number of the algorithm; operation, method and target, which the first algorithm took; where the request
    /// goes; headers.
    preamble: Vec<u8>,
    /// The target within the preamble, which only the first algorithm takes.
    target: Range<usize>,
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
    /// What `request` asks of `operation`. The request is only looked at.
    pub(crate) fn of(
        hashing: &Hashing,
        form: Form,
        operation: &str,
        request: &mut Parts,
        body: &Bytes,
    ) -> Self {
        let secrets = match hashing {
            Hashing::Sha256(secrets) => Arc::clone(secrets),
            Hashing::Stub(stub) => return Self::stubbed(*stub, operation),
        };
        let mut preamble = Vec::with_capacity(PREAMBLE);
        preamble.push(ALGORITHM);
        append(&mut preamble, operation.as_bytes());
        append(&mut preamble, request.method.as_str().as_bytes());
        let start = preamble.len();
        append(&mut preamble, place::target(request).as_bytes());
        let target = start..preamble.len();
        place::append_to(&mut preamble, request);
        form.append_headers(&request.headers, &mut preamble);
        let mut request = Request {
            content_type: ContentType::of(&request.headers),
            body: body.clone(),
            fingerprint: OnceLock::new(),
            secrets,
            form,
            preamble,
            target,
            exact: [0; 16],
        };
        request.exact = request.exact_by(request.secrets.newest());
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
        // Here nobody holds a lock, and it is compared by its meaning only.
        elsewhere.all().filter(|asked| asked.takes_long()).for_each(|asked| asked.prepare(None));
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

    /// Whether the body is so large that whoever holds a lock had better [prepare](Self::prepare) first.
    pub fn takes_long(&self) -> bool {
        match &*self.kind {
            Kind::Request(request) => {
                request.body.len() > LARGEST_LAZY && request.fingerprint.get().is_none()
            }
            Kind::Elsewhere(elsewhere) => elsewhere.all().any(Self::takes_long),
            Kind::Known(_) => false,
        }
    }

    /// Does ahead of time what takes long: what it is to be compared with this, or to make a record if there is none.
    ///
    /// A replay of the same bytes takes next to nothing, however large they are. Anything else takes a few microseconds for
    /// every kibibyte, which a store that holds a lock, or has one thread for all that writes, had better spend before.
    pub fn prepare(&self, recorded: Option<&Fingerprint>) {
        match recorded {
            // What is worked out is kept.
            Some(recorded) => drop(self.matches(recorded)),
            None => drop(self.fingerprint()),
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
    if asked.bytes[FORM] != recorded.bytes[FORM] {
        // What two forms leave of two bodies may be equal, and the bodies not.
        let is_exact = asked.bytes[EXACT] == recorded.bytes[EXACT];
        return if is_exact { Match::Same } else { Match::Incomparable };
    }
    if asked.bytes[MEANING] == recorded.bytes[MEANING] { Match::Same } else { Match::Different }
}

impl Request {
    /// The same request with another body.
    fn saying(&self, body: Bytes) -> Self {
        let mut request = Self {
            secrets: Arc::clone(&self.secrets),
            form: self.form,
            preamble: self.preamble.clone(),
            target: self.target.clone(),
            content_type: self.content_type.clone(),
            body,
            exact: [0; 16],
            fingerprint: OnceLock::new(),
        };
        request.exact = request.exact_by(request.secrets.newest());
        request
    }

    fn fingerprint(&self) -> Fingerprint {
        *self.fingerprint.get_or_init(|| {
            let secret = self.secrets.newest();
            let mut bytes = [0; Fingerprint::LENGTH];
            bytes[MEANING].copy_from_slice(&self.meaning(secret));
            bytes[EXACT].copy_from_slice(&self.exact);
            bytes[SECRET].copy_from_slice(&secret.id());
            bytes[FORM].copy_from_slice(&self.form.id());
            Fingerprint { algorithm: ALGORITHM, bytes }
        })
    }

    fn meaning(&self, secret: &Secret) -> [u8; 32] {
        let [before, behind] = self.around_target();
        self.form
            .of(&self.content_type, &self.body, |tag, content| secret.digest(&[before, behind, tag, content]))
    }

    fn exact_by(&self, secret: &Secret) -> [u8; 16] {
        let [before, behind] = self.around_target();
        secret.exact(&[before, behind, self.form.reading(&self.content_type), &self.body])
    }

    fn around_target(&self) -> [&[u8]; 2] {
        [&self.preamble[..self.target.start], &self.preamble[self.target.end..]]
    }

    fn matches(&self, recorded: &Fingerprint) -> Match {
        match recorded.algorithm {
            ALGORITHM => self.matches_second(recorded),
            FIRST => {
                let may_be_json = self.content_type.may_be_json;
                let digest = algorithm1::digest(&self.preamble[1..self.target.end], may_be_json, &self.body);
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
        let is_same_form = self.form.id() == recorded.bytes[FORM];
        let mut found = Match::Incomparable;
        for secret in self.secrets.named(id) {
            let is_exact = || self.exact_by(secret) == recorded.bytes[EXACT];
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
