use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest as _, Sha256};
use siphasher::sip128::{Hasher128, SipHasher24};
use std::fmt;
use std::hash::Hasher;
use std::sync::Arc;

/// The fewest bytes a secret has: as many as the hash.
const SHORTEST: usize = 32;

/// A hash over the concatenation of its parts.
pub(crate) type Digest = fn(&[&[u8]]) -> [u8; 32];

/// How record ids and fingerprints are hashed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Hashing {
    secrets: Arc<Secrets>,
    /// Replaces SHA-256 where instructions are counted: the tools that count do not know the processor's own instructions
    /// for it.
    stub: Option<Digest>,
}

impl Hashing {
    /// Fingerprints are keyed with these secrets.
    pub(crate) fn with_secrets(self, secrets: Secrets) -> Self {
        Self { secrets: Arc::new(secrets), ..self }
    }

    /// SHA-256 is replaced.
    pub(crate) fn with_stub(self, stub: Digest) -> Self {
        Self { stub: Some(stub), ..self }
    }

    /// The same, with the secrets of a key ring behind its own.
    #[cfg(feature = "sealed")]
    pub(crate) fn keyed_by(self, keys: &steadfast_engine::KeyRing) -> Self {
        let secrets = self.secrets.followed_by(keys.fingerprint_secrets(), keys.seals());
        self.with_secrets(secrets)
    }

    /// Returns the SHA-256 of the concatenation of `parts`.
    pub(crate) fn digest(&self, parts: &[&[u8]]) -> [u8; 32] {
        match self.stub {
            Some(stub) => stub(parts),
            None => sha256(parts),
        }
    }

    /// Returns the keyed hash of the concatenation of `parts`; the plain one without a secret.
    pub(super) fn keyed(&self, secret: &Secret, parts: &[&[u8]]) -> [u8; 32] {
        match (self.stub, &secret.keys) {
            (Some(stub), _) => stub(parts),
            (None, Some(Keys { mac, .. })) => {
                let mut mac = mac.clone();
                for part in parts {
                    mac.update(part);
                }
                mac.finalize().into_bytes().into()
            }
            (None, None) => sha256(parts),
        }
    }

    /// Returns the secret for new fingerprints.
    pub(super) fn newest(&self) -> &Secret {
        self.secrets.secrets.first().unwrap_or(&Secret::NONE)
    }

    /// Returns the secrets with this id: nearly always one, or none if it is no longer known.
    pub(super) fn named(&self, id: SecretId) -> impl Iterator<Item = &Secret> {
        self.secrets.secrets.iter().chain([&Secret::NONE]).filter(move |secret| secret.id == id)
    }
}

fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}

/// The secrets that fingerprints are keyed with.
///
/// A fingerprint without a secret can be guessed by whoever reads the store and knows the rest of the body: a card
/// number has too few digits to be hidden by a hash.
#[derive(Clone, Default)]
pub(crate) struct Secrets {
    /// Newest first; new fingerprints are made with the first.
    secrets: Vec<Secret>,
}

/// One secret, or none.
#[derive(Clone)]
pub(super) struct Secret {
    id: SecretId,
    keys: Option<Keys>,
}

#[derive(Clone)]
struct Keys {
    /// Already keyed.
    mac: Hmac<Sha256>,
    exact: [u8; 16],
}

/// The other one does so itself.
#[cfg(feature = "sealed")]
impl Drop for Keys {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.exact);
    }
}

/// Names the secret that a fingerprint was made with; all zeros if it was made without.
pub(super) type SecretId = [u8; 4];

impl Secrets {
    /// # Panics
    ///
    /// If a secret is too short.
    #[track_caller]
    pub(crate) fn new<S: AsRef<[u8]>>(newest_first: impl IntoIterator<Item = S>) -> Self {
        Self { secrets: newest_first.into_iter().map(|secret| Secret::new(secret.as_ref())).collect() }
    }

    /// These, and behind them others for the records that were made with those. If there are none of these, the first of
    /// the others is for new records, or none is.
    #[cfg(feature = "sealed")]
    fn followed_by<'a>(
        &self,
        others: impl Iterator<Item = &'a [u8; SHORTEST]>,
        for_new_records: bool,
    ) -> Self {
        let none = (self.secrets.is_empty() && !for_new_records).then_some(Secret::NONE);
        let others = others.map(|secret| Secret::new(secret));
        Self { secrets: self.secrets.iter().cloned().chain(none).chain(others).collect() }
    }
}

impl Secret {
    /// Fingerprints are plain hashes.
    pub(super) const NONE: Self = Self { id: [0; 4], keys: None };

    #[track_caller]
    fn new(secret: &[u8]) -> Self {
        assert!(
            secret.len() >= SHORTEST,
            "a fingerprint secret has {} bytes, and must have at least {SHORTEST}: a shorter one can be guessed by \
             whoever reads the store\n  help: make one with `openssl rand -base64 32`",
            secret.len()
        );
        #[allow(clippy::expect_used, reason = "the hash shortens keys that are too long")]
        let mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes keys of every length");
        let derived: [u8; 32] =
            mac.clone().chain_update(b"steadfast fingerprint keys").finalize().into_bytes().into();
        let (mut id, mut exact) = ([0; 4], [0; 16]);
        id.copy_from_slice(&derived[..4]);
        exact.copy_from_slice(&derived[16..]);
        if id == Self::NONE.id {
            id[0] = 1;
        }
        Self { id, keys: Some(Keys { mac, exact }) }
    }

    pub(super) fn id(&self) -> SecretId {
        self.id
    }

    /// A hash of the concatenation of `parts` that is made in a third of the time. That it is equal ends a comparison;
    /// that it differs does not.
    ///
    /// SipHash-2-4 cannot be forged by those who do not know its key. Where there is no secret everybody does, and a
    /// client may manage to make two bodies for one of its own keys that count as the same: the second is answered as
    /// a replay of the first and never runs, which the client could have had by sending the first again.
    pub(super) fn exact(&self, parts: &[&[u8]]) -> [u8; 16] {
        let key = self.keys.as_ref().map_or(&[0; 16], |keys| &keys.exact);
        let mut hash = SipHasher24::new_with_key(key);
        for part in parts {
            hash.write(part);
        }
        hash.finish128().as_bytes()
    }
}

/// Neither the secrets nor how many bytes they have.
impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secrets({})", self.secrets.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_secret_has_another_hash_and_id() {
        let hashing = Hashing::default().with_secrets(Secrets::new([[1; 32], [2; 32]]));
        let [one, two] = &*hashing.secrets.secrets else { unreachable!() };
        let none = &Secret::NONE;
        for (one, other) in [(one, two), (one, none), (two, none)] {
            assert_ne!(one.id(), other.id());
            assert_ne!(hashing.keyed(one, &[b"a"]), hashing.keyed(other, &[b"a"]));
            assert_ne!(one.exact(&[b"a"]), other.exact(&[b"a"]));
        }
        assert_eq!(hashing.newest().id(), one.id());
        assert_eq!(Hashing::default().newest().id(), none.id());
        assert_eq!(hashing.named(two.id()).count(), 1);
        assert_eq!(hashing.named([0; 4]).count(), 1);
    }

    /// RFC 4231 has no case whose key is long enough for us but this, its sixth.
    #[test]
    fn the_keyed_hash_is_that_of_the_standard() {
        let secret = Secret::new(&[0xAA; 131]);
        let parts: [&[u8]; 2] = [b"Test Using Larger Than Block-Size Key", b" - Hash Key First"];
        let hash = Hashing::default().keyed(&secret, &parts);
        assert_eq!(hash[..8], [0x60, 0xE4, 0x31, 0x59, 0x1E, 0xE0, 0xB6, 0x7F]);
    }

    #[test]
    #[should_panic(expected = "a fingerprint secret has 31 bytes, and must have at least 32")]
    fn a_short_secret_is_refused() {
        let _ = Secrets::new([[1; 32].as_slice(), &[1; 31]]);
    }

    #[test]
    fn debug_shows_no_secret() {
        let shown = format!("{:?}", Secrets::new([[0x77; 32]]));
        assert_eq!(shown, "Secrets(1)");
    }
}
