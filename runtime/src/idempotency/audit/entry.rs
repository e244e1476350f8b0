use super::details::{AuditAnswer, AuditRequest, Details};
use serde::{Serialize, Serializer};
use std::fmt;
use std::time::{Duration, SystemTime};
use steadfast_core::Date;
use steadfast_engine::{AuditEvent, AuditRow, RecordId, StoreError};

/// An entry of the audit trail. Serialised it is an object of JSON, one line of an export.
///
/// ```json
/// {"sequence":7,"at":1735689600000,"record":"9f86d0…","operation":"POST /payments","scope_hash":"2c26b4…",
///  "version":"2025-09-30","event":"completed","status":201,
///  "request":{"method":"POST","path":"/payments","body":{"text":"{\"amount\":1000}","length":15}}}
/// ```
///
/// What is not known is left out. `Debug` shows neither whose key it was nor what is hidden of the
/// [request](AuditRequest) and the [answer](AuditAnswer). What is recorded of another release is read as far as this one knows it.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AuditEntry {
    /// Its number: each entry has a higher one than all that were committed before it.
    pub sequence: u64,
    /// When it was appended, by the store's clock, in milliseconds since the Unix epoch.
    pub at: u64,
    /// The record that it is about: a hash of scope, operation and key, in hex.
    #[serde(serialize_with = "record")]
    pub record: RecordId,
    /// The name of the operation.
    pub operation: String,
    /// The SHA-256 of whose key it was, in hex.
    #[serde(serialize_with = "hash", skip_serializing_if = "Option::is_none")]
    pub scope_hash: Option<[u8; 32]>,
    /// Whose key it was, if that [is to be kept](super::Audit::scope_in_plain).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The API version of the request.
    #[serde(serialize_with = "date", skip_serializing_if = "Option::is_none")]
    pub version: Option<Date>,
    /// What happened.
    #[serde(serialize_with = "event")]
    pub event: AuditEvent,
    /// The status of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// When the execution began, by the clock of its process. Not known of a handler with a [`Tx`](crate::Tx).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub began_at: Option<u64>,
    /// Who settled it, as [`Records::by`](crate::idempotency::Records::by) was told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// What was asked for. Not in entries that are about no request, as that of a lost execution.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<AuditRequest>,
    /// What was answered, if that is to be kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<AuditAnswer>,
}

impl AuditEntry {
    /// When it was appended, by the store's clock.
    pub fn time(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_millis(self.at)
    }

    pub(super) fn of(row: AuditRow) -> Result<Self, StoreError> {
        let AuditRow { sequence, at, record, draft } = row;
        let what = format!("entry {sequence} of the audit trail");
        if !draft.is_plain() {
            return Err(StoreError::sealed().about(&what));
        }
        let Details { scope, by, request, answer } = Details::decode(&draft.details)
            .map_err(|error| StoreError::unreadable(error.to_string()).about(&what))?;
        Ok(Self {
            sequence,
            at,
            record,
            operation: draft.operation.into_owned(),
            scope_hash: draft.scope,
            scope,
            version: draft.version,
            event: draft.event,
            status: draft.status.map(|status| status.as_u16()),
            began_at: draft.began_at,
            by,
            request,
            answer,
        })
    }
}

impl fmt::Debug for AuditEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuditEntry")
            .field("sequence", &self.sequence)
            .field("at", &self.at)
            .field("record", &self.record)
            .field("operation", &self.operation)
            .field("version", &self.version)
            .field("event", &self.event)
            .field("status", &self.status)
            .field("began_at", &self.began_at)
            .field("by", &self.by)
            .field("request", &self.request)
            .field("answer", &self.answer)
            .finish_non_exhaustive()
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes it so")]
fn event<S: Serializer>(event: &AuditEvent, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(event.name())
}

fn record<S: Serializer>(id: &RecordId, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&hex::text(&id.0))
}

#[allow(clippy::ref_option, reason = "serde passes it so")]
fn hash<S: Serializer>(hash: &Option<[u8; 32]>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&hash.map(|hash| hex::text(&hash)).unwrap_or_default())
}

#[allow(clippy::ref_option, clippy::trivially_copy_pass_by_ref, reason = "serde passes it so")]
fn date<S: Serializer>(date: &Option<Date>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&date.map(|date| date.to_string()).unwrap_or_default())
}

/// Bytes as a text in hex.
pub(super) mod hex {
    pub(in super::super) fn text(bytes: &[u8]) -> String {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble)]);
        bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
    }

    pub(in super::super) fn bytes(text: &str) -> Option<Vec<u8>> {
        let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let (pairs, []) = text.as_bytes().as_chunks::<2>() else { return None };
        pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect()
    }
}
