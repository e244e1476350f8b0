use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::sync::Arc;
use zeroize::{Zeroize, Zeroizing};

/// The most bytes of an id: it stands in every record.
const LONGEST_ID: usize = 64;

/// What is derived from one key of a ring. The key itself is not kept.
///
/// Every use has a key of its own, so that none can say anything about another.
pub(super) struct Key {
    id: Box<str>,
    /// Encrypts.
    pub(super) sealing: Zeroizing<[u8; 32]>,
    /// Makes nonces of what is encrypted.
    pub(super) nonces: Zeroizing<[u8; 32]>,
    /// Keys fingerprints.
    pub(super) fingerprints: Zeroizing<[u8; 32]>,
}

impl Key {
    /// `None` if the id is none.
    pub(super) fn new(id: &str, key: &[u8; 32]) -> Option<Arc<Self>> {
        if !is_id(id.as_bytes()) {
            return None;
        }
        let zeros = || Zeroizing::new([0; 32]);
        let derived = Self { id: id.into(), sealing: zeros(), nonces: zeros(), fingerprints: zeros() };
        // Filled where it stays: a value that moves leaves its bytes behind.
        let mut derived = Arc::new(derived);
        let filled = Arc::get_mut(&mut derived)?;
        derive(key, b"steadfast sealing", &mut filled.sealing);
        derive(key, b"steadfast sealing nonces", &mut filled.nonces);
        derive(key, b"steadfast sealing fingerprints", &mut filled.fingerprints);
        Some(derived)
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }
}

/// What can be an id: whatever a log shows as it is.
pub(super) fn is_id(id: &[u8]) -> bool {
    (1..=LONGEST_ID).contains(&id.len()) && id.iter().all(u8::is_ascii_graphic)
}

/// HMAC-SHA256, as in the second half of HKDF: the key is random already.
fn derive(key: &[u8; 32], label: &[u8], into: &mut [u8; 32]) {
    let mut derived = keyed(key).chain_update(label).finalize().into_bytes();
    into.copy_from_slice(&derived);
    derived.as_mut_slice().zeroize();
}

pub(super) fn keyed(key: &[u8; 32]) -> Hmac<Sha256> {
    #[allow(clippy::expect_used, reason = "32 bytes are no more than a block of the hash")]
    Hmac::new_from_slice(key).expect("HMAC takes keys of every length")
}

#[cfg(test)]
mod tests {
    use super::*;
    use chacha20poly1305::XChaCha20Poly1305;
    use zeroize::ZeroizeOnDrop;

    #[test]
    fn whatever_holds_a_key_is_overwritten_when_it_goes() {
        fn is_overwritten<T: ZeroizeOnDrop>(_: impl Fn(&Key) -> &T) {}
        is_overwritten(|key| &key.sealing);
        is_overwritten(|key| &key.nonces);
        is_overwritten(|key| &key.fingerprints);
        fn are_too<A: ZeroizeOnDrop, B: ZeroizeOnDrop>() {}
        // An HMAC is two states of its hash.
        are_too::<XChaCha20Poly1305, Sha256>();
    }

    #[test]
    fn every_use_has_a_key_of_its_own() {
        let given = [7; 32];
        let key = Key::new("a", &given).unwrap();
        let other = Key::new("b", &[8; 32]).unwrap();
        let all = [&*key.sealing, &*key.nonces, &*key.fingerprints, &*other.sealing, &given, &[0; 32]];
        for (i, one) in all.iter().enumerate() {
            assert!(!all[i + 1..].contains(one));
        }
        // What is derived opens what is stored, and compares: it must be the same in every release.
        assert_eq!(key.sealing[..4], [193, 11, 170, 93]);
        assert_eq!(key.nonces[..4], [31, 58, 230, 85]);
        assert_eq!(key.fingerprints[..4], [155, 136, 1, 209]);
    }

    #[test]
    fn an_id_is_what_a_log_shows_as_it_is() {
        for id in ["k", "2026-11", &"k".repeat(64)] {
            assert!(is_id(id.as_bytes()), "{id}");
        }
        for id in ["", "two words", "line\n", "schlüssel", &"k".repeat(65)] {
            assert!(!is_id(id.as_bytes()), "{id}");
        }
    }
}
