//! The envelope of something encrypted: a byte that names the format, the length of the key's id, the id, a nonce of 24
//! random bytes, the ciphertext, a tag of 16 bytes. The cipher is XChaCha20-Poly1305. Authenticated, beside the ciphertext,
//! are everything before the nonce, and what the envelope belongs to.

use super::keys::{self, Key};
use crate::StoreError;
use bytes::Bytes;
use chacha20poly1305::aead::AeadInOut;
use chacha20poly1305::{KeyInit, XChaCha20Poly1305};

const NONCE: usize = 24;
const TAG: usize = 16;

/// Encrypts what `write` appends, which takes about `size` bytes.
///
/// # Errors
/// If the system has no random numbers, or what is written is longer than 256 GiB.
pub(super) fn seal(
    key: &Key,
    format: u8,
    associated: &[u8],
    size: usize,
    write: impl FnOnce(&mut Vec<u8>),
) -> Result<Bytes, StoreError> {
    let id = key.id().as_bytes();
    let mut bytes = Vec::with_capacity(2 + id.len() + NONCE + size + TAG);
    // At most 64.
    bytes.extend([format, u8::try_from(id.len()).unwrap_or(u8::MAX)]);
    bytes.extend_from_slice(id);
    let authenticated = [&bytes, associated].concat();
    let mut nonce = [0; NONCE];
    getrandom::fill(&mut nonce).map_err(StoreError::unavailable)?;
    bytes.extend_from_slice(&nonce);
    let start = bytes.len();
    write(&mut bytes);
    let tag = cipher(key)
        .encrypt_inout_detached(&nonce.into(), &authenticated, (&mut bytes[start..]).into())
        .map_err(|_| StoreError::unavailable("a record is too long to be sealed"))?;
    bytes.extend_from_slice(&tag);
    Ok(bytes.into())
}

/// Returns the id of the key.
pub(super) fn key_id(sealed: &[u8]) -> Result<&str, StoreError> {
    Parts::of(sealed).map(|parts| parts.id)
}

/// Decrypts an envelope, if it was sealed with this key and this associated data.
pub(super) fn open(key: &Key, associated: &[u8], sealed: &[u8]) -> Result<Bytes, StoreError> {
    let Parts { header, id: _, nonce, ciphertext, tag } = Parts::of(sealed)?;
    let authenticated = [header, associated].concat();
    let mut content = ciphertext.to_vec();
    cipher(key)
        .decrypt_inout_detached(&nonce.into(), &authenticated, (&mut *content).into(), &tag.into())
        .map_err(|_| StoreError::unreadable("it is damaged, or it was sealed as another record or entry"))?;
    Ok(content.into())
}

fn cipher(key: &Key) -> XChaCha20Poly1305 {
    let key: &[u8; 32] = &key.sealing;
    XChaCha20Poly1305::new(key.into())
}

struct Parts<'a> {
    header: &'a [u8],
    id: &'a str,
    nonce: [u8; NONCE],
    ciphertext: &'a [u8],
    tag: [u8; TAG],
}

impl<'a> Parts<'a> {
    fn of(sealed: &'a [u8]) -> Result<Self, StoreError> {
        Self::split(sealed).ok_or_else(|| StoreError::unreadable("what is sealed of it is incomplete"))
    }

    fn split(sealed: &'a [u8]) -> Option<Self> {
        let length = usize::from(*sealed.get(1)?);
        let (header, rest) = sealed.split_at_checked(2 + length)?;
        // Errors name the id, and whoever can write to the store must not write into logs.
        let id = header.get(2..).filter(|id| keys::is_id(id))?;
        let (nonce, rest) = rest.split_first_chunk()?;
        let (ciphertext, tag) = rest.split_last_chunk()?;
        Some(Self { header, id: std::str::from_utf8(id).ok()?, nonce: *nonce, ciphertext, tag: *tag })
    }
}
