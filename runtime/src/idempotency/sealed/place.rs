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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_places_give_the_same_bytes() {
        let (one, other) = (RecordId([1; 32]), RecordId([2; 32]));
        let (first, second) = (Date::from_ymd(2024, 1, 15), Date::from_ymd(2025, 9, 30));
        let mut places: Vec<Place<'_>> = Vec::new();
        for id in [one, other] {
            places.push(Place::Settled { id });
            places.extend([None, first, second].map(|version| Place::Outcome { id, version }));
            let step = |index, name, shape| Place::Step { id, index, name, shape };
            places.extend([
                step(0, "a", 1),
                step(1, "a", 1),
                step(0, "b", 1),
                step(0, "a", 2),
                step(0, "", 1),
            ]);
            let completed = AuditEvent::Completed;
            let entry = |event, status: u16, version, scope, operation| Place::Entry {
                id,
                event,
                status: StatusCode::from_u16(status).ok(),
                version,
                scope,
                operation,
            };
            places.extend([
                entry(completed, 201, first, Some([7; 32]), "pay"),
                entry(AuditEvent::Released, 201, first, Some([7; 32]), "pay"),
                entry(completed, 202, first, Some([7; 32]), "pay"),
                entry(completed, 0, first, Some([7; 32]), "pay"),
                entry(completed, 201, second, Some([7; 32]), "pay"),
                entry(completed, 201, None, Some([7; 32]), "pay"),
                entry(completed, 201, first, Some([8; 32]), "pay"),
                entry(completed, 201, first, Some([0; 32]), "pay"),
                entry(completed, 201, first, None, "pay"),
                entry(completed, 201, first, Some([7; 32]), "refund"),
                entry(completed, 201, first, Some([7; 32]), ""),
            ]);
        }
        let bytes = |place: &Place<'_>| {
            let mut bytes = Vec::new();
            place.append(&mut bytes);
            bytes
        };
        let mut all: Vec<_> = places.iter().map(bytes).collect();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), places.len());
    }
}
