//! What is sealed of an outcome, and of a step.
//!
//! Structures are taken apart by all their fields: one that is added does not compile before it is sealed too.

use crate::idempotency::newest::Newest;
use crate::idempotency::parts::{decode_headers, encode_headers, put, take};
use crate::idempotency::record::{Fingerprint, Kept, Sealed, StepOutput, StoredResponse, Tombstone};
use bytes::Bytes;
use http::{HeaderValue, StatusCode};
use std::sync::Arc;
use steadfast_core::Date;

/// Changes with whatever is written here.
const LAYOUT: u8 = 1;

const RESPONSE: u8 = 1;
const TOMBSTONE: u8 = 2;
/// What somebody has sealed before: to us it is bytes.
const SEALED: u8 = 3;
const OUTPUT: u8 = 4;
const REFERENCE: u8 = 5;

/// An outcome and what it was asked for: if that stood beside it only, it could be exchanged.
pub(super) struct Payload {
    pub(super) outcome: Kept,
    /// `None` for what an operator has settled, who does not know.
    pub(super) fingerprint: Option<Fingerprint>,
}

/// Appends an outcome.
pub(super) fn write(outcome: &Kept, fingerprint: Option<&Fingerprint>, bytes: &mut Vec<u8>) {
    bytes.push(LAYOUT);
    match fingerprint {
        None => put(bytes, &[]),
        Some(fingerprint) => {
            let Fingerprint { algorithm, bytes: hash } = fingerprint;
            put(bytes, &[&[*algorithm], &hash[..]].concat());
        }
    }
    match outcome {
        Kept::Response(response) => {
            bytes.push(RESPONSE);
            write_response(response, bytes);
        }
        Kept::Reference { response, shape } => {
            bytes.push(REFERENCE);
            bytes.extend_from_slice(&shape.to_le_bytes());
            write_response(response, bytes);
        }
        Kept::Tombstone(Tombstone { status, location, version: _ }) => {
            bytes.push(TOMBSTONE);
            bytes.extend_from_slice(&status.as_u16().to_le_bytes());
            if let Some(location) = location {
                put(bytes, location.as_bytes());
            }
        }
        Kept::Sealed { version: _, sealed: Sealed(inner) } => {
            bytes.push(SEALED);
            bytes.extend_from_slice(inner);
        }
    }
}

fn write_response(response: &StoredResponse, bytes: &mut Vec<u8>) {
    // The version is authenticated where it stands beside this.
    let StoredResponse { status, headers, body, version: _, newest } = response;
    bytes.extend_from_slice(&status.as_u16().to_le_bytes());
    put(bytes, &encode_headers(headers));
    put(bytes, &newest.as_ref().map(Newest::to_bytes).unwrap_or_default());
    bytes.extend_from_slice(body);
}

/// `None` if it is of another layout.
fn read_response(content: &Bytes, bytes: &[u8], version: Option<Date>) -> Option<Arc<StoredResponse>> {
    let (status, mut left) = bytes.split_first_chunk()?;
    let status = StatusCode::from_u16(u16::from_le_bytes(*status)).ok()?;
    let headers = decode_headers(take(&mut left)?)?;
    let newest = Newest::from_bytes(take(&mut left)?);
    // Without a copy.
    let body = content.slice_ref(left);
    Some(Arc::new(StoredResponse { status, headers, body, version, newest }))
}

/// Appends the output of a step.
pub(super) fn write_step(output: &StepOutput, bytes: &mut Vec<u8>) {
    bytes.push(LAYOUT);
    let (kind, output) = match output {
        StepOutput::Plain(output) => (OUTPUT, output),
        StepOutput::Sealed(Sealed(inner)) => (SEALED, inner),
    };
    bytes.push(kind);
    bytes.extend_from_slice(output);
}

/// `None` if it is of another layout.
pub(super) fn read_step(content: &Bytes) -> Option<StepOutput> {
    let left = content.strip_prefix(&[LAYOUT])?;
    let (kind, output) = left.split_first()?;
    let output = content.slice_ref(output);
    match *kind {
        OUTPUT => Some(StepOutput::Plain(output)),
        SEALED => Some(StepOutput::Sealed(Sealed(output))),
        _ => None,
    }
}

/// `None` if it is of another layout.
pub(super) fn read(content: &Bytes, version: Option<Date>) -> Option<Payload> {
    let mut left = content.strip_prefix(&[LAYOUT])?;
    let fingerprint = match take(&mut left)?.split_first() {
        None => None,
        Some((algorithm, hash)) => Some(Fingerprint { algorithm: *algorithm, bytes: hash.try_into().ok()? }),
    };
    let (kind, rest) = left.split_first()?;
    let outcome = match *kind {
        RESPONSE => Kept::Response(read_response(content, rest, version)?),
        REFERENCE => {
            let (shape, rest) = rest.split_first_chunk()?;
            let response = read_response(content, rest, version)?;
            Kept::Reference { response, shape: u64::from_le_bytes(*shape) }
        }
        TOMBSTONE => {
            let (status, mut left) = rest.split_first_chunk()?;
            let status = StatusCode::from_u16(u16::from_le_bytes(*status)).ok()?;
            let location = match left {
                [] => None,
                _ => Some(HeaderValue::from_bytes(take(&mut left)?).ok()?),
            };
            Kept::Tombstone(Tombstone { status, location, version })
        }
        SEALED => Kept::Sealed { version, sealed: Sealed(content.slice_ref(rest)) },
        _ => return None,
    };
    Some(Payload { outcome, fingerprint })
}
