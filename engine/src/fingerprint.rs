use std::fmt;
use steadfast_core::Date;

/// The request that a record was made for. A key is bound to the fingerprint it was first used with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint {
    /// The API version of the request: one text may mean different things at different versions.
    pub version: Option<Date>,
    /// The number of the algorithm that made the bytes.
    pub algorithm: u8,
    /// The result of the algorithm. The engine keeps it and does not look into it.
    pub bytes: [u8; Self::LENGTH],
    /// The value that the handler read, if requests of other versions can be compared with this one by it.
    pub typed: Option<TypedFingerprint>,
}

impl Fingerprint {
    /// The number of bytes of a fingerprint.
    pub const LENGTH: usize = 56;
}

/// A hash of the value that a handler reads from a request, which is the same at every API version.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TypedFingerprint {
    /// The newest API version when the request was made: the value was written in the shape of that version.
    pub head: Date,
    /// A hash of the name of the value's type.
    pub type_id: u64,
    /// The hash of the value.
    pub hash: [u8; 32],
}

/// The result of comparing a request with the one that a record was made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Match {
    /// It is the same request.
    Same,
    /// The key belongs to another request.
    Different,
    /// The record was made with an algorithm or a secret that is not known here, or the endpoint has since changed what
    /// counts, so that the requests cannot be compared.
    Incomparable,
}

/// Does not show the hash: the hash of a body that can be guessed is as good as the body.
impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint(algorithm {})", self.algorithm)
    }
}

/// Does not show the hash, for the same reason.
impl fmt::Debug for TypedFingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TypedFingerprint({})", self.head)
    }
}
