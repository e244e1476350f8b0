use super::fingerprint::Hashing;
use super::key::Key;
use super::newest::Newest;
use crate::clock::{Clock, SystemClock};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode};
use std::cell::Cell;
use std::fmt;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use steadfast_core::Date;

/// Which record: one per scope, operation and key.
///
/// A hash, so that a store holds neither keys nor principals and needs one column of one length.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordId(pub [u8; 32]);

/// Has a map take a [`RecordId`] for its own hash, which it is.
pub(super) type ByItself = BuildHasherDefault<Itself>;

#[derive(Default)]
pub(super) struct Itself(u64);

impl Hasher for Itself {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        if let Some(first) = bytes.first_chunk() {
            self.0 = u64::from_le_bytes(*first);
        }
    }

    // The length that precedes the bytes of an array.
    fn write_usize(&mut self, _: usize) {}
}

/// What a request asked for. A key is bound to the fingerprint it was first used with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint {
    /// How the bytes were made.
    pub algorithm: u8,
    /// What the algorithm made: a store keeps them and knows nothing else of them. An algorithm that makes fewer is
    /// followed by zeros.
    pub bytes: [u8; Self::LENGTH],
}

/// Proves that a claim is still one's own: every claim has another token, and only its holder may complete, renew or
/// release it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Token(pub [u8; 16]);

/// What is kept of an execution that came to a final answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// The response, for replays.
    Response(Arc<StoredResponse>),
    /// Where the body of the response is found again: in the place of the body stands an id as JSON.
    Reference {
        /// The response, with the id.
        response: Arc<StoredResponse>,
        /// A hash of the type of the id: one of another type is not read as this one.
        shape: u64,
    },
    /// That there was a response. It was too large, or had no known end, and could not be kept.
    Tombstone(Tombstone),
    /// Either of them, encrypted.
    Sealed {
        /// The API version that the response was rendered in. It is told without keys, as that of a claim is.
        version: Option<Date>,
        /// The rest.
        sealed: Sealed,
    },
}

/// What is encrypted. A store keeps the bytes as they are, and needs no keys.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(pub Bytes);

/// A response as it is kept and replayed.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredResponse {
    /// The status.
    pub status: StatusCode,
    /// The headers in order, repeated names and values that are not UTF-8 included.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// The body.
    pub body: Bytes,
    /// The API version that the body was rendered in.
    pub version: Option<Date>,
    /// The same in the newest version, if it may be told at another than its own.
    pub newest: Option<Newest>,
}

/// What is known about a response that was not kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Tombstone {
    /// The status.
    pub status: StatusCode,
    /// Where the result can be found, if the response said so.
    pub location: Option<HeaderValue>,
    /// The API version that the response was rendered in.
    pub version: Option<Date>,
}

/// What one step of an execution came to.
#[derive(Clone, PartialEq, Eq)]
pub struct Step {
    /// What the step is called.
    pub name: Arc<str>,
    /// A hash of the type of its output: an output of another type is not read as this one.
    pub shape: u64,
    /// The output.
    pub output: StepOutput,
}

/// What a step came to.
#[derive(Clone, PartialEq, Eq)]
pub enum StepOutput {
    /// As it is.
    Plain(Bytes),
    /// Encrypted.
    Sealed(Sealed),
}

/// The steps that an execution has finished, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Finished(Option<Arc<Vec<Step>>>);

impl Finished {
    /// No step.
    pub const NONE: Self = Self(None);

    /// The steps, the first one first.
    pub fn as_slice(&self) -> &[Step] {
        self.0.as_deref().map_or(&[], Vec::as_slice)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.as_slice().len()
    }

    /// Whether none is finished.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// The step that `index` others were before.
    pub fn get(&self, index: usize) -> Option<&Step> {
        self.as_slice().get(index)
    }

    /// Adds the step that was finished last.
    pub fn push(&mut self, step: Step) {
        Arc::make_mut(self.0.get_or_insert_default()).push(step);
    }
}

impl FromIterator<Step> for Finished {
    fn from_iter<I: IntoIterator<Item = Step>>(steps: I) -> Self {
        let steps: Vec<Step> = steps.into_iter().collect();
        Self((!steps.is_empty()).then(|| Arc::new(steps)))
    }
}

impl Fingerprint {
    /// How many bytes a fingerprint has.
    pub const LENGTH: usize = 56;

    /// The bytes that a store has to keep: some algorithms make fewer than others.
    pub fn as_bytes(&self) -> &[u8] {
        if self.algorithm == 1 { &self.bytes[..32] } else { &self.bytes }
    }

    /// The fingerprint of which a store has kept the [bytes](Self::as_bytes); `None` if they are not as many as the
    /// algorithm makes.
    ///
    /// ```
    /// use steadfast::idempotency::Fingerprint;
    ///
    /// let fingerprint = Fingerprint { algorithm: 2, bytes: [7; Fingerprint::LENGTH] };
    /// assert_eq!(Fingerprint::from_bytes(2, fingerprint.as_bytes()), Some(fingerprint));
    /// assert_eq!(Fingerprint::from_bytes(2, &[7; 12]), None);
    /// ```
    pub fn from_bytes(algorithm: u8, bytes: &[u8]) -> Option<Self> {
        let mut fingerprint = Self { algorithm, bytes: [0; Self::LENGTH] };
        let length = fingerprint.as_bytes().len();
        (bytes.len() == length).then(|| fingerprint.bytes[..length].copy_from_slice(bytes))?;
        Some(fingerprint)
    }
}

impl RecordId {
    /// Every part is preceded by its length, so that no part can pose as the end of another.
    pub(crate) fn derive(hashing: &Hashing, scope: &[u8], operation: &str, key: &Key<'_>) -> Self {
        let key = key.identity();
        let lengths = [scope.len(), operation.len(), key.len()].map(|length| (length as u64).to_le_bytes());
        Self(hashing.digest(&[&lengths[0], scope, &lengths[1], operation.as_bytes(), &lengths[2], &key]))
    }
}

impl Token {
    /// A token that no other claim has.
    pub(crate) fn generate() -> Result<Self, getrandom::Error> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        thread_local!(static SOURCE: Cell<Source> = const { Cell::new(Source { random: 0, left: 0 }) });
        let mut source = SOURCE.get();
        let token = source.next(COUNT.fetch_add(1, Ordering::Relaxed), SystemClock.now())?;
        SOURCE.set(source);
        Ok(token)
    }
}

/// How many tokens a thread makes of one random number.
const TOKENS_PER_RANDOM: u8 = 64;

/// Where a thread's tokens come from.
///
/// Every request needs a token before it is known whether it will claim, and asking the system for a random number each
/// time is slower than a replay. So one number serves for several tokens. A count within the process tells these
/// apart; the time tells those of two copies of a process apart, as two machines that were resumed from one
/// snapshot are, until they ask for their next numbers.
#[derive(Clone, Copy)]
struct Source {
    random: u64,
    left: u8,
}

impl Source {
    fn next(&mut self, count: u64, now: Duration) -> Result<Token, getrandom::Error> {
        match self.left.checked_sub(1) {
            Some(left) => self.left = left,
            None => *self = Self { random: getrandom::u64()?, left: TOKENS_PER_RANDOM - 1 },
        }
        // Wraps in the year 2554.
        #[allow(clippy::cast_possible_truncation, reason = "the low bits are the ones that differ")]
        let nanoseconds = now.as_nanos() as u64;
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&(self.random ^ nanoseconds).to_le_bytes());
        bytes[8..].copy_from_slice(&count.to_le_bytes());
        Ok(Token(bytes))
    }
}

impl Kept {
    /// The status; `None` as long as it is sealed.
    pub(crate) fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Response(response) | Self::Reference { response, .. } => Some(response.status),
            Self::Tombstone(tombstone) => Some(tombstone.status),
            Self::Sealed { .. } => None,
        }
    }

    pub(crate) fn version(&self) -> Option<Date> {
        match self {
            Self::Response(response) | Self::Reference { response, .. } => response.version,
            Self::Tombstone(tombstone) => tombstone.version,
            Self::Sealed { version, .. } => *version,
        }
    }

    /// The body in the newest version, if there is anything to tell at another version than its own.
    pub(crate) fn newest(&self) -> Option<Newest> {
        let Self::Response(response) = self else { return None };
        let newest = response.newest.clone()?;
        let body = newest.body.unwrap_or_else(|| response.body.clone());
        Some(Newest { body: Some(body), ..newest })
    }

    /// The same in the version of its request, if whoever tells of it names none: what the request asked for is compared
    /// with what others of this version ask for.
    pub(crate) fn or_in(self, version: Option<Date>) -> Self {
        match self {
            Self::Tombstone(tombstone) => {
                Self::Tombstone(Tombstone { version: tombstone.version.or(version), ..tombstone })
            }
            Self::Sealed { version: told, sealed } => Self::Sealed { version: told.or(version), sealed },
            told => told,
        }
    }
}

impl StepOutput {
    fn len(&self) -> usize {
        match self {
            Self::Plain(bytes) | Self::Sealed(Sealed(bytes)) => bytes.len(),
        }
    }
}

impl From<Bytes> for StepOutput {
    fn from(plain: Bytes) -> Self {
        Self::Plain(plain)
    }
}

/// What a customer was answered is not for logs: neither the body nor the value of any header is shown.
impl fmt::Debug for StoredResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("StoredResponse")
            .field("status", &self.status.as_u16())
            .field("headers", &names)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .field("version", &self.version)
            .field("newest", &self.newest)
            .finish()
    }
}

impl fmt::Debug for Tombstone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tombstone")
            .field("status", &self.status.as_u16())
            .field("has_location", &self.location.is_some())
            .field("version", &self.version)
            .finish()
    }
}

/// The output of a step is part of an answer, or a secret of another service.
impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Step").field("name", &self.name).field("output", &self.output).finish_non_exhaustive()
    }
}

impl fmt::Debug for StepOutput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sealed = if matches!(self, Self::Sealed(_)) { ", sealed" } else { "" };
        write!(f, "{} bytes{sealed}", self.len())
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({} bytes)", self.0.len())
    }
}

/// Enough to find the record in a log, and no more.
impl fmt::Debug for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [byte0, byte1, byte2, byte3, ..] = self.0;
        write!(f, "RecordId({byte0:02x}{byte1:02x}{byte2:02x}{byte3:02x}…)")
    }
}

/// The hash of a low-entropy body is as good as the body: it is never shown.
impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint(algorithm {})", self.algorithm)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::idempotency::fingerprint::Hashing;

    #[test]
    fn no_two_tokens_are_the_same() {
        let tokens: Vec<_> = (0..100).map(|_| Token::generate().unwrap()).collect();
        for (i, one) in tokens.iter().enumerate() {
            assert!(!tokens[i + 1..].contains(one));
        }
    }

    #[test]
    fn copies_of_a_process_issue_different_tokens() {
        let (now, later) = (Duration::from_secs(1000), Duration::from_secs(1000) + Duration::from_nanos(1));
        let mut one = Source { random: 0, left: 0 };
        one.next(0, now).unwrap();
        let mut other = one;
        assert_ne!(one.next(1, now).unwrap(), other.next(1, later).unwrap());
        // Even if their clocks stand still.
        let equal =
            (2..200).filter(|&count| one.next(count, now).unwrap() == other.next(count, now).unwrap());
        assert!(equal.count() < usize::from(TOKENS_PER_RANDOM));
    }

    #[test]
    fn debug_shows_no_answer() {
        use crate::idempotency::{Action, Change, Event, Keep, State};
        let response = Kept::Response(Arc::new(StoredResponse {
            status: StatusCode::CREATED,
            headers: vec![(HeaderName::from_static("x-card"), HeaderValue::from_static("hunter2"))],
            body: Bytes::from_static(b"hunter2"),
            version: None,
            newest: Date::from_ymd(2025, 1, 1).map(|version| Newest {
                version,
                shape: 0x6875_6e74_6572_3200,
                body: Some(Bytes::from_static(b"hunter2")),
            }),
        }));
        let tombstone = Kept::Tombstone(Tombstone {
            status: StatusCode::CREATED,
            location: Some(HeaderValue::from_static("/hunter2")),
            version: None,
        });
        let fingerprint = Fingerprint { algorithm: 2, bytes: [0x77; Fingerprint::LENGTH] };
        for outcome in [response, tombstone] {
            let event = Event::Complete {
                token: Token([0x77; 16]),
                asked: fingerprint.into(),
                outcome: outcome.clone(),
                keep: Keep { ttl: Duration::from_secs(1), remember: Duration::ZERO },
            };
            let state =
                State::Completed { fingerprint, outcome: outcome.clone(), expires_at: 1, forget_at: 1 };
            let replay = Action::Replay { outcome, expires_at: 1 };
            let all = format!("{event:?} {state:?} {:?} {replay:?}", Change::Put(state.clone()));
            // A list of bytes would show the body as numbers.
            assert!(
                !all.contains("hunter2") && !all.contains("104, 117") && !all.contains("119, 119"),
                "{all}"
            );
            assert!(all.contains("201"), "{all}");
        }
        let shown = format!(
            "{:?}",
            StoredResponse {
                status: StatusCode::CREATED,
                headers: vec![(HeaderName::from_static("x-card"), HeaderValue::from_static("1"))],
                body: Bytes::from_static(b"12"),
                version: None,
                newest: None,
            }
        );
        assert!(shown.contains("x-card") && shown.contains("2 bytes"), "{shown}");
    }

    #[test]
    fn no_part_can_pose_as_another() {
        let id = |scope: &[u8], operation, key| {
            RecordId::derive(&Hashing::default(), scope, operation, &Key::parse(key).unwrap())
        };
        let all = [
            id(b"", "pay", b"key"),
            id(b"p", "ay", b"key"),
            id(b"", "payk", b"ey"),
            id(b"payk", "", b"ey"),
            id(b"other", "pay", b"key"),
        ];
        for (i, one) in all.iter().enumerate() {
            assert!(!all[i + 1..].contains(one));
        }
        assert_eq!(all[0], id(b"", "pay", b"\"key\""));
    }
}
