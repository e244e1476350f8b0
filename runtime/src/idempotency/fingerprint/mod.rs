//! What a request asks for: two that carry one key must ask for the same.

mod algorithm1;
mod asked;
mod canonical;
mod form;
#[cfg(feature = "multipart")]
mod multipart;
mod probe;
mod restated;
mod secret;

pub use asked::{Asked, Match};
pub use form::{FingerprintForm, Selection};
pub use probe::Fingerprinting;
pub(crate) use restated::{Restate, Restated};
pub(crate) use secret::Secrets;

use crate::context::Target;
use axum::extract::OriginalUri;
use http::request::Parts;
use sha2::{Digest as _, Sha256};
use std::sync::Arc;

/// A hash over the concatenation of its parts.
pub(crate) type Digest = fn(&[&[u8]]) -> [u8; 32];

/// How identities and fingerprints come about.
#[derive(Debug, Clone)]
pub(crate) enum Hashing {
    /// Fingerprints are keyed with these secrets, if there are any.
    Sha256(Arc<Secrets>),
    /// Where instructions are counted: the tools that count them do not know the processor's own instructions for
    /// SHA-256, and the body is left out, so that what is counted is the rest.
    Stub(Digest),
}

impl Default for Hashing {
    fn default() -> Self {
        Self::Sha256(Arc::default())
    }
}

impl Hashing {
    /// The same, with the keys of a ring among the secrets.
    #[cfg(feature = "sealed")]
    pub(crate) fn keyed_by(self, keys: &super::KeyRing) -> Self {
        match self {
            Self::Sha256(secrets) => Self::Sha256(Arc::new(keys.key_fingerprints(&secrets))),
            Self::Stub(stub) => Self::Stub(stub),
        }
    }

    pub(crate) fn digest(&self, parts: &[&[u8]]) -> [u8; 32] {
        match self {
            Self::Sha256(_) => sha256(parts),
            Self::Stub(stub) => stub(parts),
        }
    }
}

/// What the request is for: its path and query without the version it may name there.
fn target(request: &Parts) -> &str {
    if let Some(Target(target)) = request.extensions.get() {
        return target;
    }
    // Inside a nested router the URI has lost its prefix.
    let uri = request.extensions.get::<OriginalUri>().map_or(&request.uri, |original| &original.0);
    uri.path_and_query().map_or(uri.path(), http::uri::PathAndQuery::as_str)
}

/// Whether two JSON documents say the same: but for white space, the order of members and the escapes of strings they
/// are equal, byte by byte.
pub(crate) fn same_json(one: &[u8], other: &[u8]) -> bool {
    let canonical = |text| canonical::canonical(text, canonical::Form::default());
    one == other || canonical(one).is_some_and(|one| canonical(other) == Some(one))
}

fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}
