use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::{Zeroize, Zeroizing};

/// The most bytes of an id: every record contains one.
const LONGEST_ID: usize = 64;

/// The keys that are derived from one key of a ring. The ring does not keep that one.
///
/// Every use has a key of its own, so that nothing can be concluded from one about another.
pub(super) struct Key {
    id: Box<str>,
    /// Encrypts.
    pub(super) sealing: Derived,
    /// Keys fingerprints.
    pub(super) fingerprints: Derived,
}

/// Filled where it stays: a value that moves leaves its bytes behind.
pub(super) type Derived = Box<Zeroizing<[u8; 32]>>;

impl Key {
    pub(super) fn new(id: &str, key: &[u8; 32]) -> Self {
        Self {
            id: id.into(),
            sealing: derive(key, b"steadfast sealing"),
            fingerprints: derive(key, b"steadfast sealing fingerprints"),
        }
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }
}

/// Returns `true` if a key can have this id: a log shows it as it is.
pub(super) fn is_id(id: &[u8]) -> bool {
    (1..=LONGEST_ID).contains(&id.len()) && id.iter().all(u8::is_ascii_graphic)
}

/// HMAC-SHA256, as in the second half of HKDF: the key is random already.
#[allow(clippy::unnecessary_box_returns, reason = "what moves leaves its bytes behind")]
fn derive(key: &[u8; 32], label: &[u8]) -> Derived {
    let mut hash = keyed(key).chain_update(label).finalize().into_bytes();
    let mut derived = Box::new(Zeroizing::new([0; 32]));
    derived.copy_from_slice(&hash);
    hash.as_mut_slice().zeroize();
    derived
}

fn keyed(key: &[u8; 32]) -> Hmac<Sha256> {
    #[allow(clippy::expect_used, reason = "32 bytes are no more than a block of the hash")]
    Hmac::new_from_slice(key).expect("HMAC takes keys of every length")
}

#[cfg(test)]
mod tests {
    use super::*;
    use chacha20poly1305::XChaCha20Poly1305;
    use zeroize::ZeroizeOnDrop;

    fn is_overwritten<T: ZeroizeOnDrop>(_: Option<&T>) {}

    #[test]
    fn dropped_keys_are_overwritten() {
        let Key { id: _, sealing, fingerprints } = Key::new("a", &[7; 32]);
        for derived in [sealing, fingerprints] {
            is_overwritten(Some(&*derived));
        }
        is_overwritten::<XChaCha20Poly1305>(None);
        // An HMAC is two states of its hash.
        is_overwritten::<Sha256>(None);
    }

    #[test]
    fn every_use_has_another_key() {
        let given = [7; 32];
        let key = Key::new("a", &given);
        let other = Key::new("b", &[8; 32]);
        let all = [&**key.sealing, &**key.fingerprints, &**other.sealing, &given, &[0; 32]];
        for (i, one) in all.iter().enumerate() {
            assert!(!all[i + 1..].contains(one));
        }
        // What is derived opens what is stored, and compares: it must be the same in every release.
        assert_eq!(key.sealing[..4], [193, 11, 170, 93]);
        assert_eq!(key.fingerprints[..4], [155, 136, 1, 209]);
    }

    #[test]
    fn id_is_valid_if_a_log_shows_it_as_it_is() {
        for id in ["k", "2026-11", &"k".repeat(64)] {
            assert!(is_id(id.as_bytes()), "{id}");
        }
        for id in ["", "two words", "line\n", "schlüssel", &"k".repeat(65)] {
            assert!(!is_id(id.as_bytes()), "{id}");
        }
    }
}
