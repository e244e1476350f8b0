use crate::idempotency::audit::AuditEvent;
use crate::idempotency::record::RecordId;
use http::StatusCode;
use steadfast_core::Date;

/// Where a sealed thing belongs. It opens nowhere else: not in another record, nor in place of another step.
#[derive(Clone, Copy)]
pub(super) enum Place<'a> {
    /// The outcome of a record.
    Outcome { id: RecordId, version: Option<Date> },
    /// The outcome of a record as somebody has settled it, who does not know the version of the request.
    Settled { id: RecordId },
    /// What an entry of the audit trail says of it.
    Entry {
        id: RecordId,
        event: AuditEvent,
        status: Option<StatusCode>,
        version: Option<Date>,
        scope: Option<[u8; 32]>,
        operation: &'a str,
    },
    /// The output of one of its steps.
    Step { id: RecordId, index: usize, name: &'a str, shape: u64 },
}

impl Place<'_> {
    /// No two places give the same bytes: what has no fixed length comes last.
    pub(super) fn append(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Outcome { id, version } => {
                bytes.push(1);
                bytes.extend_from_slice(&id.0);
                // No version is 0.
                bytes.extend_from_slice(&version.map_or(0, Date::number).to_le_bytes());
            }
            Self::Settled { id } => {
                bytes.push(4);
                bytes.extend_from_slice(&id.0);
            }
            Self::Entry { id, event, status, version, scope, operation } => {
                bytes.push(3);
                bytes.extend_from_slice(&id.0);
                // No status is 0.
                bytes.extend_from_slice(&status.map_or(0, |status| status.as_u16()).to_le_bytes());
                bytes.extend_from_slice(&version.map_or(0, Date::number).to_le_bytes());
                bytes.push(scope.is_some().into());
                bytes.extend_from_slice(&scope.unwrap_or_default());
                // No name of an event is the beginning of another with a zero behind it.
                bytes.extend_from_slice(event.name().as_bytes());
                bytes.push(0);
                bytes.extend_from_slice(operation.as_bytes());
            }
            Self::Step { id, index, name, shape } => {
                bytes.push(2);
                bytes.extend_from_slice(&id.0);
                bytes.extend_from_slice(&(*index as u64).to_le_bytes());
                bytes.extend_from_slice(&shape.to_le_bytes());
                bytes.extend_from_slice(name.as_bytes());
            }
        }
    }
}
