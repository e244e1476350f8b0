//! What a request asks for: two that carry one key must ask for the same.

mod algorithm1;
mod asked;
mod canonical;
mod form;
mod intent;
#[cfg(feature = "multipart")]
mod multipart;
mod place;
mod probe;
mod restated;
mod secret;

pub use asked::{Asked, Match};
pub(crate) use form::Form;
pub use form::{FingerprintForm, Selection};
pub use intent::{Intent, IntentOf, IntentOfBody, JsonBody, NoIntent, Part, Parts, PartsOf, passed_on};
pub(crate) use place::ByRoute;
pub use probe::Fingerprinting;
pub(crate) use restated::{Restate, Restated};
pub(crate) use secret::Secrets;

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

fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}
