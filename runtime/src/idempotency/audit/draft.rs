use super::event::AuditEvent;
use crate::idempotency::engine::Change;
use crate::idempotency::record::RecordId;
use crate::idempotency::state::State;
use bytes::Bytes;
use http::StatusCode;
use std::borrow::Cow;
use std::fmt;
use steadfast_core::Date;

/// What a store is to append to its audit trail.
#[derive(Clone, PartialEq, Eq)]
pub struct AuditDraft {
    /// What the entry says.
    pub event: AuditEvent,
    /// The status of the answer, if there was one.
    pub status: Option<StatusCode>,
    /// The name of the operation.
    pub operation: Cow<'static, str>,
    /// The SHA-256 of whose key it was; `None` if it is everybody's or not known.
    pub scope: Option<[u8; 32]>,
    /// The API version of the request.
    pub version: Option<Date>,
    /// When the execution began, by the store's clock, in milliseconds since the Unix epoch. Not known of one that
    /// claimed nothing.
    pub began_at: Option<u64>,
    /// Everything else, as JSON: the request and the answer. A store keeps the bytes as they are, and what stands
    /// before a store may encrypt them.
    pub details: Bytes,
}

/// An entry of the audit trail, as a store keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// Its number: each entry has a higher one than all that were committed before it. Numbers are never used again.
    pub sequence: u64,
    /// When it was appended, by the store's clock, in milliseconds since the Unix epoch.
    pub at: u64,
    /// The record that it is about.
    pub record: RecordId,
    /// What was to be appended.
    pub draft: AuditDraft,
}

/// Which entries are asked for. Times are milliseconds since the Unix epoch.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditFilter {
    /// Those about this record.
    pub record: Option<RecordId>,
    /// Those of this operation.
    pub operation: Option<String>,
    /// Those of this scope, by its hash.
    pub scope: Option<[u8; 32]>,
    /// Those from this time on.
    pub since: Option<u64>,
    /// Those before this time.
    pub until: Option<u64>,
    /// Those with a higher number than this.
    pub after: u64,
}

impl AuditDraft {
    /// What a store is to append when an event that this goes with makes this change of the state `before`; `None` if
    /// it changes nothing. An event that is sent twice, because the answer to the first was lost, changes nothing the
    /// second time.
    pub fn after(self, before: &State, change: &Change) -> Option<Self> {
        let began_at = match before {
            State::Claimed { claimed_at, .. } | State::Indeterminate { claimed_at, .. } => Some(*claimed_at),
            State::Absent | State::Checkpoint { .. } | State::Completed { .. } => None,
        };
        match (self.event, before, change) {
            (_, _, Change::Keep) => None,
            // Goes with every request that wants to run, and says something if it takes over a claim.
            (AuditEvent::Lost, State::Claimed { version, .. }, _) => {
                Some(Self { began_at, version: *version, ..self })
            }
            (AuditEvent::Lost, _, _) => None,
            _ => Some(Self { began_at, ..self }),
        }
    }
}

impl AuditDraft {
    /// Whether its details are not encrypted: as JSON they begin with a brace.
    pub(in crate::idempotency) fn is_plain(&self) -> bool {
        self.details.first() == Some(&b'{')
    }
}

impl AuditFilter {
    /// Whether an entry is among those.
    pub fn selects(&self, row: &AuditRow) -> bool {
        self.after < row.sequence
            && self.record.is_none_or(|record| record == row.record)
            && self.operation.as_ref().is_none_or(|operation| *operation == row.draft.operation)
            && self.scope.is_none_or(|scope| row.draft.scope == Some(scope))
            && self.since.is_none_or(|since| since <= row.at)
            && self.until.is_none_or(|until| row.at < until)
    }
}

/// Neither the request nor the answer, nor the hash of whose key it was.
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
