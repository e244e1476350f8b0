use super::fields::{self, Tag};
use crate::{CompletedSteps, Fingerprint, HeadCopy, State, StoredOutcome, StoredResponse, Tombstone};
use bytes::Bytes;
use std::time::Duration;

/// Appends the fields of a state.
// Every structure is taken apart by all its fields: a field that is added does not compile before it is written here.
pub(super) fn fields(state: &State, bytes: &mut Vec<u8>) {
    match state {
        State::Absent => {}
        State::Claimed { token, fingerprint, steps, unknown, began_at, ran_for, lease } => {
            put(bytes, fields::STATE, &[fields::CLAIMED]);
            put(bytes, fields::TOKEN, &token.0);
            request(fingerprint, steps, bytes);
            if *unknown {
                put(bytes, fields::UNKNOWN, &[]);
            }
            put(bytes, fields::BEGAN_AT, &began_at.to_le_bytes());
            put_duration(bytes, fields::RAN_FOR, *ran_for);
            put_duration(bytes, fields::LEASE, *lease);
        }
        State::Checkpoint { fingerprint, steps } => {
            put(bytes, fields::STATE, &[fields::CHECKPOINT]);
            request(fingerprint, steps, bytes);
        }
        State::Indeterminate { token, fingerprint, steps, began_at } => {
            put(bytes, fields::STATE, &[fields::INDETERMINATE]);
            put(bytes, fields::TOKEN, &token.0);
            request(fingerprint, steps, bytes);
            put(bytes, fields::BEGAN_AT, &began_at.to_le_bytes());
        }
        State::Completed { fingerprint, outcome: stored, ttl, remember, expires_at } => {
            put(bytes, fields::STATE, &[fields::COMPLETED]);
            request(fingerprint, &CompletedSteps::NONE, bytes);
            put_duration(bytes, fields::TTL, *ttl);
            if !remember.is_zero() {
                put_duration(bytes, fields::REMEMBER, *remember);
            }
            put(bytes, fields::EXPIRES_AT, &expires_at.to_le_bytes());
            outcome(stored, bytes);
        }
    }
}

/// Returns about how many bytes the fields of a state take; of bodies and outputs, not fewer than they have.
pub(super) fn size(state: &State) -> usize {
    // All fields of one length together.
    const REST: usize = 240;
    let outputs = |steps: &CompletedSteps| -> usize {
        steps.as_slice().iter().map(|step| step.name.len() + step.output.len() + 17).sum()
    };
    REST + match state {
        State::Absent => 0,
        State::Claimed { steps, .. }
        | State::Checkpoint { steps, .. }
        | State::Indeterminate { steps, .. } => outputs(steps),
        State::Completed { outcome, .. } => match outcome {
            StoredOutcome::Response(response) | StoredOutcome::Reference { response, .. } => {
                let head = response.head.as_ref().and_then(|head| head.body.as_ref());
                headers_size(response) + response.body.len() + head.map_or(0, Bytes::len)
            }
            StoredOutcome::Tombstone(_) => 0,
        },
    }
}

fn headers_size(response: &StoredResponse) -> usize {
    response.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 8).sum()
}

fn request(fingerprint: &Fingerprint, steps: &CompletedSteps, bytes: &mut Vec<u8>) {
    let Fingerprint { version, algorithm, bytes: hash, typed } = fingerprint;
    begin(bytes, fields::FINGERPRINT, 1 + hash.len());
    bytes.push(*algorithm);
    bytes.extend_from_slice(hash);
    if let Some(version) = version {
        put(bytes, fields::VERSION, &version.number().to_le_bytes());
    }
    if let Some(typed) = typed {
        begin(bytes, fields::TYPED, 44);
        bytes.extend_from_slice(&typed.head.number().to_le_bytes());
        bytes.extend_from_slice(&typed.type_id.to_le_bytes());
        bytes.extend_from_slice(&typed.hash);
    }
    for step in steps.as_slice() {
        begin(bytes, fields::STEP, 12 + step.name.len() + step.output.len());
        bytes.extend_from_slice(&step.shape.to_le_bytes());
        bytes.extend_from_slice(&length(step.name.len()));
        bytes.extend_from_slice(step.name.as_bytes());
        bytes.extend_from_slice(&step.output);
    }
}

fn outcome(outcome: &StoredOutcome, bytes: &mut Vec<u8>) {
    match outcome {
        StoredOutcome::Response(stored) => {
            put(bytes, fields::OUTCOME, &[fields::RESPONSE]);
            response(stored, bytes);
        }
        StoredOutcome::Reference { response: stored, shape } => {
            put(bytes, fields::OUTCOME, &[fields::REFERENCE]);
            put(bytes, fields::SHAPE, &shape.to_le_bytes());
            response(stored, bytes);
        }
        StoredOutcome::Tombstone(Tombstone { status, location, version }) => {
            put(bytes, fields::OUTCOME, &[fields::TOMBSTONE]);
            put(bytes, fields::STATUS, &status.as_u16().to_le_bytes());
            if let Some(location) = location {
                put(bytes, fields::LOCATION, location.as_bytes());
            }
            if let Some(version) = version {
                put(bytes, fields::RENDERED_IN, &version.number().to_le_bytes());
            }
        }
    }
}

fn response(response: &StoredResponse, bytes: &mut Vec<u8>) {
    let StoredResponse { status, headers, body, version, head } = response;
    put(bytes, fields::STATUS, &status.as_u16().to_le_bytes());
    if !headers.is_empty() {
        begin(bytes, fields::HEADERS, headers_size(response));
        for (name, value) in headers {
            for part in [name.as_str().as_bytes(), value.as_bytes()] {
                bytes.extend_from_slice(&length(part.len()));
                bytes.extend_from_slice(part);
            }
        }
    }
    if let Some(version) = version {
        put(bytes, fields::RENDERED_IN, &version.number().to_le_bytes());
    }
    if let Some(HeadCopy { version, type_id, body }) = head {
        begin(bytes, fields::HEAD, 12);
        bytes.extend_from_slice(&version.number().to_le_bytes());
        bytes.extend_from_slice(&type_id.to_le_bytes());
        if let Some(body) = body {
            put(bytes, fields::HEAD_BODY, body);
        }
    }
    put(bytes, fields::BODY, body);
}

/// Appends a duration in whole milliseconds, rounded up: nothing is forgotten before its time.
fn put_duration(bytes: &mut Vec<u8>, tag: Tag, duration: Duration) {
    let milliseconds = u64::try_from(duration.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX);
    put(bytes, tag, &milliseconds.to_le_bytes());
}

fn put(bytes: &mut Vec<u8>, tag: Tag, value: &[u8]) {
    begin(bytes, tag, value.len());
    bytes.extend_from_slice(value);
}

fn begin(bytes: &mut Vec<u8>, tag: Tag, size: usize) {
    bytes.push(tag);
    bytes.extend_from_slice(&length(size));
}

/// The length that precedes a part. No part of 4 GiB reaches this process.
fn length(of: usize) -> [u8; 4] {
    u32::try_from(of).unwrap_or(u32::MAX).to_le_bytes()
}
