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
    let store = MemoryStore::new().capacity(RECORDS);
    let idempotency = match digest {
        DigestOf::Sha256 => Idempotency::new(store),
        DigestOf::Stub => Idempotency::new(store).hash_with(stub),
    };
    Api::new(endpoints![Version; create_once])
        .version_from(VERSION_HEADER.or_reject())
        .idempotency(idempotency)
        .with_state(())
}

#[post("/payments")]
#[idempotent(ttl = "24h", scope = none)]
async fn create_once(Versioned(payment): Versioned<payment::Payment>) -> Versioned<payment::Payment> {
    Versioned(payment)
}

/// How keys and bodies are hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DigestOf {
    Sha256,
    /// For counts of instructions, see `xtask`: as good as nothing, and different for different keys.
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
