//! What is authenticated with an envelope: it opens only where it belongs. No two of these are the same bytes.

use crate::{AuditDraft, RecordId};
use steadfast_core::Date;

const RECORD: u8 = 1;
const ENTRY: u8 = 2;

/// Of a record: its id.
pub(super) fn of_record(id: RecordId) -> [u8; 33] {
    let mut bytes = [RECORD; 33];
    bytes[1..].copy_from_slice(&id.0);
    bytes
}

/// Of an entry of the audit log: everything that is not encrypted, and is known before the store appends the entry.
pub(super) fn of_entry(id: RecordId, entry: &AuditDraft) -> Vec<u8> {
    // A field that is added does not compile before it is authenticated, too.
    let AuditDraft { event, status, operation, scope, version, began_at, details: _ } = entry;
    let mut bytes = vec![ENTRY];
    bytes.extend_from_slice(&id.0);
    // No status and no version is 0.
    bytes.extend_from_slice(&status.map_or(0, |status| status.as_u16()).to_le_bytes());
    bytes.extend_from_slice(&version.map_or(0, Date::number).to_le_bytes());
    bytes.push(began_at.is_some().into());
    bytes.extend_from_slice(&began_at.unwrap_or_default().to_le_bytes());
    bytes.push(scope.is_some().into());
    bytes.extend_from_slice(&scope.unwrap_or_default());
    // What has no fixed length comes last. No name of an event contains a zero.
    bytes.extend_from_slice(event.name().as_bytes());
    bytes.push(0);
    bytes.extend_from_slice(operation.as_bytes());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::AuditEvent;
    use bytes::Bytes;
    use http::StatusCode;

    fn draft() -> AuditDraft {
        AuditDraft {
            event: AuditEvent::Completed,
            status: Some(StatusCode::CREATED),
            operation: "pay".into(),
            scope: Some([7; 32]),
            version: Date::from_ymd(2024, 1, 15),
            began_at: Some(1),
            details: Bytes::new(),
        }
    }

    #[test]
    fn different_records_and_entries_have_different_associated_data() {
        let entries = [
            draft(),
            AuditDraft { event: AuditEvent::Released, ..draft() },
            AuditDraft { status: StatusCode::from_u16(202).ok(), ..draft() },
            AuditDraft { status: None, ..draft() },
            AuditDraft { version: Date::from_ymd(2025, 9, 30), ..draft() },
            AuditDraft { version: None, ..draft() },
            AuditDraft { began_at: Some(2), ..draft() },
            AuditDraft { began_at: Some(0), ..draft() },
            AuditDraft { began_at: None, ..draft() },
            AuditDraft { scope: Some([8; 32]), ..draft() },
            AuditDraft { scope: Some([0; 32]), ..draft() },
            AuditDraft { scope: None, ..draft() },
            AuditDraft { operation: "refund".into(), ..draft() },
            AuditDraft { operation: "".into(), ..draft() },
            AuditDraft { operation: "\0pay".into(), ..draft() },
        ];
        let mut all = Vec::new();
        for id in [RecordId([1; 32]), RecordId([2; 32])] {
            all.push(of_record(id).to_vec());
            all.extend(entries.iter().map(|entry| of_entry(id, entry)));
        }
        let number = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), number);
    }
}
