//! Records as bytes: parts of any length, one after the other.

use http::{HeaderName, HeaderValue};

/// A part after its length.
pub(super) fn put(bytes: &mut Vec<u8>, part: &[u8]) {
    // A part of 4 GiB does not reach this process.
    bytes.extend_from_slice(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_le_bytes());
    bytes.extend_from_slice(part);
}

pub(super) fn take<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, rest) = bytes.split_first_chunk()?;
    let (part, rest) = rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)?;
    *bytes = rest;
    Some(part)
}

/// Name and value by turns: values may hold any byte that HTTP allows.
pub(super) fn encode_headers(headers: &[(HeaderName, HeaderValue)]) -> Vec<u8> {
    let size = headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 8).sum();
    let mut bytes = Vec::with_capacity(size);
    for (name, value) in headers {
        put(&mut bytes, name.as_str().as_bytes());
        put(&mut bytes, value.as_bytes());
    }
    bytes
}

pub(super) fn decode_headers(mut bytes: &[u8]) -> Option<Vec<(HeaderName, HeaderValue)>> {
    let mut headers = Vec::new();
    while !bytes.is_empty() {
        let name = HeaderName::from_bytes(take(&mut bytes)?).ok()?;
        headers.push((name, HeaderValue::from_bytes(take(&mut bytes)?).ok()?));
    }
    Some(headers)
}
