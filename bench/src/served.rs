//! The endpoint on steadfast, with one promise at a time.

use crate::history::{self, Version};
use crate::payment;
use axum::{Json, Router};
use steadfast::idempotency::Idempotency;
use steadfast::{Api, Header, MemoryStore, Versioned, api_version, endpoints, idempotent, post};

const VERSION_HEADER: Header = Header("Api-Version");

/// More than any run makes.
const RECORDS: usize = 20_000_000;

/// Neither a version nor a key.
pub(crate) fn neutral() -> Router {
    #[post("/payments")]
    async fn create(Json(payment): Json<payment::Payment>) -> Json<payment::Payment> {
        Json(payment)
    }
    Api::new(endpoints![Version; create]).version_from(VERSION_HEADER.or_reject()).with_state(())
}

pub(crate) fn versioned() -> Router {
    #[post("/payments")]
    #[api_version(since = "2024-01-01")]
    async fn create(Versioned(payment): Versioned<history::Payment>) -> Versioned<history::Payment> {
        Versioned(payment)
    }
    Api::new(endpoints![Version; create]).version_from(VERSION_HEADER.or_reject()).with_state(())
}

pub(crate) fn idempotent_in_memory(digest: DigestOf) -> Router {
    Api::new(endpoints![Version; create_once])
        .version_from(VERSION_HEADER.or_reject())
        .idempotency(in_memory(digest))
        .with_state(())
}

#[post("/payments")]
#[idempotent(ttl = "24h", scope = none)]
async fn create_once(Versioned(payment): Versioned<payment::Payment>) -> Versioned<payment::Payment> {
    Versioned(payment)
}

/// Both promises at once: a version of a type with changes, and a key.
pub(crate) fn versioned_and_idempotent_in_memory(digest: DigestOf) -> Router {
    #[post("/payments")]
    #[api_version(since = "2024-01-01")]
    #[idempotent(ttl = "24h", scope = none)]
    async fn create(Versioned(payment): Versioned<history::Payment>) -> Versioned<history::Payment> {
        Versioned(payment)
    }
    Api::new(endpoints![Version; create])
        .version_from(VERSION_HEADER.or_reject())
        .idempotency(in_memory(digest))
        .with_state(())
}

fn in_memory(digest: DigestOf) -> Idempotency<MemoryStore> {
    let idempotency = Idempotency::new(MemoryStore::new().capacity(RECORDS));
    match digest {
        DigestOf::Sha256 => idempotency,
        DigestOf::Stub => idempotency.hash_with(stub),
    }
}

/// How keys and bodies are hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DigestOf {
    Sha256,
    /// For counts of instructions, see `xtask`: in the place of SHA-256 a function that costs next to nothing. What is
    /// hashed is the same, so that all that comes before the hash counts.
    Stub,
}

fn stub(parts: &[&[u8]]) -> [u8; 32] {
    let mix = |hash: u64, word: u64| (hash ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23);
    let hash = parts.iter().fold(0, |hash, part| {
        let (words, rest) = part.as_chunks();
        let hash = words.iter().fold(hash, |hash, word| mix(hash, u64::from_le_bytes(*word)));
        rest.iter().fold(hash, |hash, byte| mix(hash, u64::from(*byte)))
    });
    let mut digest = [0; 32];
    for (place, bytes) in (0..).zip(digest.as_chunks_mut().0) {
        *bytes = mix(hash, place).to_le_bytes();
    }
    digest
}
