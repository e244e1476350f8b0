//! One sealed thing: `format`, the key's id after its length, a nonce of 24 bytes, what is encrypted, a tag of 16 bytes.
//! XChaCha20-Poly1305; everything before the nonce, and the place, are authenticated with it.

use super::keys::{self, Key, keyed};
use super::place::Place;
use crate::idempotency::record::Sealed;
use crate::idempotency::store::StoreError;
use bytes::Bytes;
use chacha20poly1305::aead::AeadInOut;
use chacha20poly1305::{KeyInit, Tag, XChaCha20Poly1305, XNonce};
use hmac::Mac;
use std::ops::Range;

/// Changes with the cipher, and with what stands in front of it.
const FORMAT: u8 = 1;

const NONCE: usize = 24;
const TAG: usize = 16;

/// Where the nonce of a sealed thing comes from.
#[derive(Clone, Copy)]
pub(super) enum Nonce {
    /// At random.
    Random,
    /// A keyed hash of what is sealed and of its place: what is sealed again has the same bytes, and nothing else has
    /// the same nonce. It tells whoever reads the store that the two are the same, and that is its purpose.
    OfContent,
}

/// Encrypts what `write` appends.
///
/// # Errors
/// If the system has no random numbers, or what is written is longer than 256 GiB.
pub(super) fn seal(
    key: &Key,
    place: Place<'_>,
    nonce: Nonce,
    write: impl FnOnce(&mut Vec<u8>),
) -> Result<Sealed, StoreError> {
    let id = key.id().as_bytes();
    let mut bytes = Vec::with_capacity(2 + id.len() + NONCE + 256);
    bytes.push(FORMAT);
    // Not over 64.
    bytes.push(u8::try_from(id.len()).unwrap_or(u8::MAX));
    bytes.extend_from_slice(id);
    let authenticated = authenticated(&bytes, place);
    let nonce_at = bytes.len();
    bytes.resize(nonce_at + NONCE, 0);
    write(&mut bytes);
    let (before, content) = bytes.split_at_mut(nonce_at + NONCE);
    let filled = &mut before[nonce_at..];
    match nonce {
        Nonce::Random => getrandom::fill(filled).map_err(StoreError::unavailable)?,
        Nonce::OfContent => filled.copy_from_slice(&nonce_of(key, &authenticated, content)),
    }
    let nonce = XNonce::try_from(&*filled).map_err(StoreError::unavailable)?;
    let tag = cipher(key)
        .encrypt_inout_detached(&nonce, &authenticated, content.into())
        .map_err(|_| StoreError::unavailable("an answer is too long to be sealed"))?;
    bytes.extend_from_slice(&tag);
    Ok(Sealed(bytes.into()))
}

fn cipher(key: &Key) -> XChaCha20Poly1305 {
    let key: &[u8; 32] = &key.sealing;
    XChaCha20Poly1305::new(key.into())
}

fn nonce_of(key: &Key, authenticated: &[u8], content: &[u8]) -> [u8; NONCE] {
    let hash = keyed(&key.nonces)
        .chain_update((authenticated.len() as u64).to_le_bytes())
        .chain_update(authenticated)
        .chain_update(content)
        .finalize()
        .into_bytes();
    let mut nonce = [0; NONCE];
    nonce.copy_from_slice(&hash[..NONCE]);
    nonce
}

/// The id of the key that seals this.
pub(super) fn key_id(sealed: &Sealed) -> Result<&str, StoreError> {
    split(&sealed.0).map(|(id, _)| id)
}

/// Decrypts what was sealed with this key for this place.
pub(super) fn open(key: &Key, place: Place<'_>, sealed: &Sealed) -> Result<Bytes, StoreError> {
    let (_, range) = split(&sealed.0)?;
    let Range { start, end } = range;
    let authenticated = authenticated(&sealed.0[..start - NONCE], place);
    let mut content = sealed.0[start..end].to_vec();
    let damaged =
        || StoreError::unreadable("it is damaged, or it was sealed as another record, step or entry");
    let nonce = XNonce::try_from(&sealed.0[start - NONCE..start]).map_err(|_| damaged())?;
    let tag = Tag::try_from(&sealed.0[end..]).map_err(|_| damaged())?;
    cipher(key)
        .decrypt_inout_detached(&nonce, &authenticated, (&mut *content).into(), &tag)
        .map_err(|_| damaged())?;
    Ok(content.into())
}

/// The id of the key, and where the encrypted bytes are.
fn split(bytes: &[u8]) -> Result<(&str, Range<usize>), StoreError> {
    match bytes.first() {
        Some(&FORMAT) => {}
        Some(format) => {
            let why = format!("it is sealed in format {format}, and this release knows {FORMAT}");
            return Err(StoreError::unreadable(why));
        }
        None => return Err(incomplete()),
    }
    let length = bytes.get(1).map(|&length| usize::from(length)).ok_or_else(incomplete)?;
    let id = bytes.get(2..2 + length).filter(|id| keys::is_id(id)).ok_or_else(incomplete)?;
    let start = 2 + length + NONCE;
    let end = bytes.len().checked_sub(TAG).filter(|end| start <= *end).ok_or_else(incomplete)?;
    Ok((std::str::from_utf8(id).map_err(|_| incomplete())?, start..end))
}

fn incomplete() -> StoreError {
    StoreError::unreadable("what is sealed of it is incomplete")
}

/// What is not encrypted and must be as it was.
fn authenticated(header: &[u8], place: Place<'_>) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(header.len() + 96);
    bytes.extend_from_slice(header);
    place.append(&mut bytes);
    bytes
}
