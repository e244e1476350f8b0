use crate::idempotency::record::RecordId;
use steadfast_core::Date;

/// Where a sealed thing belongs. It opens nowhere else: not in another record, nor in place of another step.
#[derive(Clone, Copy)]
pub(super) enum Place<'a> {
    /// The outcome of a record.
    Outcome { id: RecordId, version: Option<Date> },
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
