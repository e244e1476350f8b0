//! What `#[idempotent]` says about an endpoint, as data. The words are those of the attribute.

mod fingerprint_form;
mod options;

pub use fingerprint_form::{FingerprintForm, Selection};
pub use options::{Errors, InProgress, KeyFormat, OnExpired, OnLost, OnStoreDown, Options};

use http::{HeaderMap, header};
use std::time::Duration;

/// What an endpoint's `#[idempotent(…)]` says.
#[doc(hidden)]
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Debug, Clone, Copy)]
pub struct IdempotentPolicy {
    /// Names the operation, the same in all API versions.
    pub operation: &'static str,
    /// Tells that name from others.
    pub operation_id: u64,
    /// Whether the user named it: then others may name the same.
    pub named: bool,
    /// Whose keys they are.
    pub scope: ScopeRule,
    /// How long a finished record is kept, from completion on.
    pub ttl: Duration,
    /// How long an execution may go without a sign of life before another may take its place.
    pub lease: Duration,
    /// Whether the handler takes a [`Tx`](crate::Tx): its record is then written in the same transaction.
    pub transactional: bool,
    /// Whether the handler takes [`Steps`](crate::idempotency::Steps).
    pub stepped: bool,
    /// Whether replays are made anew from an id, see [`Reference`](crate::idempotency::Reference).
    pub referring: bool,
    /// What it says beyond that.
    pub options: Options,
}

impl ScopeRule {
    /// Whether it is known whose key it is, as far as callers are told apart.
    pub(crate) fn knows(self, scope: &str, headers: &HeaderMap) -> bool {
        match self {
            Self::Caller => !scope.is_empty(),
            Self::None => !headers.contains_key(header::AUTHORIZATION),
            Self::Global => true,
        }
    }
}

/// Whose keys an endpoint's are.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScopeRule {
    /// The caller's, whom an extractor tells.
    Caller,
    /// Everybody's who calls without credentials: `scope = none`.
    None,
    /// Everybody's: `scope = global`.
    Global,
}
