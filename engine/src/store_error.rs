use std::borrow::Cow;
use std::fmt;

/// The reason why an operation of a store failed.
#[derive(Debug)]
#[non_exhaustive]
pub enum StoreError {
    /// The store cannot be reached, or did not respond in time.
    Unavailable(Box<dyn std::error::Error + Send + Sync>),
    /// The record is there and cannot be read, for example because a newer release wrote it.
    Unreadable {
        /// The reason.
        why: Cow<'static, str>,
    },
    /// There is no room for another record.
    Full,
    /// The transaction was rolled back because of something that the handler did in it.
    RolledBack(Box<dyn std::error::Error + Send + Sync>),
}

impl StoreError {
    /// The store cannot be reached because of `source`.
    pub fn unavailable(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Unavailable(source.into())
    }

    /// The transaction was rolled back because of `source`.
    pub fn rolled_back(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::RolledBack(source.into())
    }

    /// A record cannot be read because of `why`.
    pub fn unreadable(why: impl Into<Cow<'static, str>>) -> Self {
        Self::Unreadable { why: why.into() }
    }

    /// The store has no transactions, and a handler takes one.
    pub fn without_transactions() -> Self {
        Self::unavailable("the store is not a database that handlers can join")
    }

    /// The store has no audit log, and one is to be kept.
    pub fn without_audit_log() -> Self {
        Self::unavailable("the store keeps no audit log")
    }

    /// Returns `true` if the record is there and cannot be read.
    pub fn is_unreadable(&self) -> bool {
        matches!(self, Self::Unreadable { .. })
    }

    /// Adds to an unreadable record's reason which part of the store it is about.
    #[must_use]
    pub fn about(self, what: &str) -> Self {
        match self {
            Self::Unreadable { why } => Self::unreadable(format!("{what}: {why}")),
            error => error,
        }
    }

    /// A record is encrypted, and there is no key ring.
    pub fn sealed() -> Self {
        Self::unreadable("it is sealed, and there is no key ring\n  help: `Idempotency::sealed` takes one")
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable(source) => write!(f, "the idempotency store is unavailable: {source}"),
            Self::Unreadable { why } => write!(f, "an idempotency record cannot be read: {why}"),
            Self::Full => f.write_str("the idempotency store is full"),
            Self::RolledBack(source) => write!(f, "the transaction was rolled back: {source}"),
        }
    }
}

impl std::error::Error for StoreError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unavailable(source) | Self::RolledBack(source) => Some(&**source),
            Self::Unreadable { .. } | Self::Full => None,
        }
    }
}
