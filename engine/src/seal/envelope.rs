//! The envelope of something encrypted: a prefix that its owner chooses, the length of the key's id, the id, a nonce of 24
//! random bytes, the ciphertext, a tag of 16 bytes. XChaCha20-Poly1305; everything before the nonce, and the place where
//! the envelope belongs, are authenticated with it.

use super::keys::{self, Key};
use crate::StoreError;
use bytes::Bytes;
use chacha20poly1305::aead::AeadInOut;
use chacha20poly1305::{KeyInit, Tag, XChaCha20Poly1305, XNonce};
use std::ops::Range;

const NONCE: usize = 24;
const TAG: usize = 16;

/// Encrypts what `write` appends, for one place.
///
/// # Errors
/// If the system has no random numbers, or what is written is longer than 256 GiB.
pub(super) fn seal(
    key: &Key,
    prefix: &[u8],
    place: &[u8],
    write: impl FnOnce(&mut Vec<u8>),
) -> Result<Bytes, StoreError> {
    let id = key.id().as_bytes();
    let mut bytes = Vec::with_capacity(prefix.len() + 1 + id.len() + NONCE + 512);
    bytes.extend_from_slice(prefix);
    // Not over 64.
    bytes.push(u8::try_from(id.len()).unwrap_or(u8::MAX));
    bytes.extend_from_slice(id);
    let authenticated = [&bytes, place].concat();
    let nonce_at = bytes.len();
    bytes.resize(nonce_at + NONCE, 0);
    write(&mut bytes);
    let (before, content) = bytes.split_at_mut(nonce_at + NONCE);
    let filled = &mut before[nonce_at..];
    getrandom::fill(filled).map_err(StoreError::unavailable)?;
    let nonce = XNonce::try_from(&*filled).map_err(StoreError::unavailable)?;
    let tag = cipher(key)
        .encrypt_inout_detached(&nonce, &authenticated, content.into())
        .map_err(|_| StoreError::unavailable("a record is too long to be sealed"))?;
    bytes.extend_from_slice(&tag);
    Ok(bytes.into())
}

fn cipher(key: &Key) -> XChaCha20Poly1305 {
    let key: &[u8; 32] = &key.sealing;
    XChaCha20Poly1305::new(key.into())
}

/// Returns the id of the key, which stands behind a prefix of this length.
pub(super) fn key_id(sealed: &[u8], prefix: usize) -> Result<&str, StoreError> {
    split(sealed, prefix).map(|(id, _)| id)
}

/// Decrypts an envelope, if it was sealed with this key for this place.
pub(super) fn open(key: &Key, prefix: usize, place: &[u8], sealed: &[u8]) -> Result<Bytes, StoreError> {
    let (_, Range { start, end }) = split(sealed, prefix)?;
    let authenticated = [&sealed[..start - NONCE], place].concat();
    let mut content = sealed[start..end].to_vec();
    let damaged = || StoreError::unreadable("it is damaged, or it was sealed as another record or entry");
    let nonce = XNonce::try_from(&sealed[start - NONCE..start]).map_err(|_| damaged())?;
    let tag = Tag::try_from(&sealed[end..]).map_err(|_| damaged())?;
    cipher(key)
        .decrypt_inout_detached(&nonce, &authenticated, (&mut *content).into(), &tag)
        .map_err(|_| damaged())?;
    Ok(content.into())
}

/// Returns the id of the key, and where the ciphertext is.
fn split(bytes: &[u8], prefix: usize) -> Result<(&str, Range<usize>), StoreError> {
    let length = bytes.get(prefix).map(|&length| usize::from(length)).ok_or_else(incomplete)?;
    let id =
        bytes.get(prefix + 1..prefix + 1 + length).filter(|id| keys::is_id(id)).ok_or_else(incomplete)?;
    let start = prefix + 1 + length + NONCE;
    let end = bytes.len().checked_sub(TAG).filter(|end| start <= *end).ok_or_else(incomplete)?;
    Ok((std::str::from_utf8(id).map_err(|_| incomplete())?, start..end))
}

fn incomplete() -> StoreError {
    StoreError::unreadable("what is sealed of it is incomplete")
}
