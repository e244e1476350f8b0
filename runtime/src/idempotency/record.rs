use super::fingerprint::Digest;
use super::key::Key;
use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode};
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use steadfast_core::Date;

/// Which record: one per scope, operation and key.
///
/// A hash, so that a store holds neither keys nor principals and needs one column of one length.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordId(pub [u8; 32]);

/// What a request asked for. A key is bound to the fingerprint it was first used with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint {
    /// How the bytes were made. Fingerprints of different algorithms cannot be compared.
    pub algorithm: u8,
    /// The hash.
    pub bytes: [u8; 32],
}

/// Proves that a claim is still one's own: every claim has another token, and only its holder may complete, renew or
/// release it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Token(pub [u8; 16]);

/// What is kept of an execution that came to a final answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The response, for replays.
    Response(Arc<StoredResponse>),
    /// That there was a response. It was too large, or had no known end, and could not be kept.
    Tombstone(Tombstone),
}

/// A response as it is kept and replayed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredResponse {
    /// The status.
    pub status: StatusCode,
    /// The headers in order, repeated names and values that are not UTF-8 included.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// The body.
    pub body: Bytes,
    /// The API version that the body was rendered in.
    pub version: Option<Date>,
}

/// What is known about a response that was not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tombstone {
    /// The status.
    pub status: StatusCode,
    /// Where the result can be found, if the response said so.
    pub location: Option<HeaderValue>,
    /// The API version that the response was rendered in.
    pub version: Option<Date>,
}

impl RecordId {
    /// Every part is preceded by its length, so that no part can pose as the end of another.
    pub(crate) fn derive(digest: Digest, scope: &[u8], operation: &str, key: &Key<'_>) -> Self {
        let lengths =
            [scope.len(), operation.len(), key.as_bytes().len()].map(|length| (length as u64).to_le_bytes());
        Self(digest(&[&lengths[0], scope, &lengths[1], operation.as_bytes(), &lengths[2], key.as_bytes()]))
    }
}

impl Token {
    /// A token that no other claim has: a random number for this process and a count within it. Every request needs
    /// one before it is known whether it will claim, and asking the system each time is slower than a replay.
    pub(crate) fn generate() -> Result<Self, getrandom::Error> {
        static PROCESS: OnceLock<[u8; 8]> = OnceLock::new();
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let process = if let Some(process) = PROCESS.get() {
            process
        } else {
            let mut random = [0; 8];
            getrandom::fill(&mut random)?;
            PROCESS.get_or_init(|| random)
        };
        let count = COUNT.fetch_add(1, Ordering::Relaxed).to_le_bytes();
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(process);
        bytes[8..].copy_from_slice(&count);
        Ok(Self(bytes))
    }
}

impl Outcome {
    pub(crate) fn version(&self) -> Option<Date> {
        match self {
            Self::Response(response) => response.version,
            Self::Tombstone(tombstone) => tombstone.version,
        }
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
    use crate::idempotency::fingerprint::sha256;

    #[test]
    fn no_two_tokens_are_the_same() {
        let tokens: Vec<_> = (0..100).map(|_| Token::generate().unwrap()).collect();
        for (i, one) in tokens.iter().enumerate() {
            assert!(!tokens[i + 1..].contains(one));
        }
    }

    #[test]
    fn no_part_can_pose_as_another() {
        let id = |scope: &[u8], operation, key| {
            RecordId::derive(sha256, scope, operation, &Key::parse(key).unwrap())
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
