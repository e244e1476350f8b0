use super::event::AuditEvent;
use crate::RecordId;
use bytes::Bytes;
use http::StatusCode;
use std::borrow::Cow;
use std::fmt;
use steadfast_core::Date;

/// An entry that a store appends to its audit log.
#[derive(Clone, PartialEq, Eq)]
pub struct AuditDraft {
    /// What happened.
    pub event: AuditEvent,
    /// The status of the response, if there was one.
    pub status: Option<StatusCode>,
    /// The name of the operation.
    pub operation: Cow<'static, str>,
    /// The SHA-256 of the caller; `None` if callers share their keys, or the caller is not known.
    pub scope: Option<[u8; 32]>,
    /// The API version of the request.
    pub version: Option<Date>,
    /// When the execution began, in milliseconds since the Unix epoch. Not known of one that claimed nothing.
    pub began_at: Option<u64>,
    /// Everything else, as JSON or encrypted: the request and the response. A store keeps the bytes as they are.
    pub details: Bytes,
}

/// An entry of an audit log, as a store keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// Its number: each entry has a higher one than all that were committed before it. Numbers are never used again.
    pub sequence: u64,
    /// When it was appended, by the store's clock, in milliseconds since the Unix epoch.
    pub at: u64,
    /// The record that it is about.
    pub record: RecordId,
    /// The entry.
    pub draft: AuditDraft,
}

/// Selects entries of an audit log. Times are milliseconds since the Unix epoch.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditFilter {
    /// Selects entries about this record.
    pub record: Option<RecordId>,
    /// Selects entries of this operation.
    pub operation: Option<String>,
    /// Selects entries of this caller, by its hash.
    pub scope: Option<[u8; 32]>,
    /// Selects entries from this time on.
    pub since: Option<u64>,
    /// Selects entries before this time.
    pub until: Option<u64>,
    /// Selects entries with a higher number than this.
    pub after: u64,
}

impl AuditDraft {
    /// Returns `true` if its details are not encrypted: as JSON they begin with a brace.
    pub fn is_plain(&self) -> bool {
        self.details.first() == Some(&b'{')
    }
}

impl AuditFilter {
    /// Returns `true` if the filter selects `row`.
    pub fn selects(&self, row: &AuditRow) -> bool {
        self.after < row.sequence
            && self.record.is_none_or(|record| record == row.record)
            && self.operation.as_ref().is_none_or(|operation| *operation == row.draft.operation)
            && self.scope.is_none_or(|scope| row.draft.scope == Some(scope))
            && self.since.is_none_or(|since| since <= row.at)
            && self.until.is_none_or(|until| row.at < until)
    }
}

/// Shows neither the request nor the response nor the caller.
impl fmt::Debug for AuditDraft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuditDraft")
            .field("event", &self.event)
            .field("status", &self.status.map(|status| status.as_u16()))
            .field("operation", &self.operation)
            .field("version", &self.version)
            .field("began_at", &self.began_at)
            .field("details", &format_args!("{} bytes", self.details.len()))
            .finish_non_exhaustive()
    }
}
