//! Records as bytes.
//!
//! A record is one byte that names the codec, a checksum, and fields. A field is a tag, a length and that many bytes. A
//! release skips the fields that it does not know, so a newer one can add fields that may be skipped; what must not be
//! skipped gets another codec byte. With a key ring the fields are encrypted instead of checked.

mod fields;
mod read;
mod write;

#[cfg(feature = "sealed")]
use crate::KeyRing;
use crate::{AuditDraft, AuditRow, Entry, Found, RecordId, State, StoreError};
use bytes::Bytes;

/// The codec of a record whose fields are not encrypted: a CRC-32 of the fields in little-endian order, and the fields.
const PLAIN: u8 = 1;
/// The codec of a record whose fields are encrypted: an envelope, see `seal::envelope`.
const SEALED: u8 = 2;

/// Turns the state of an operation into the bytes of its record and back.
///
/// ```
/// use steadfast_engine::{Codec, Fingerprint, RecordId, State};
///
/// let id = RecordId([1; 32]);
/// let fingerprint = Fingerprint { version: None, algorithm: 1, bytes: [7; Fingerprint::LENGTH], typed: None };
/// let state = State::Checkpoint { fingerprint, steps: Default::default() };
///
/// let codec = Codec::default();
/// let entry = codec.encode(id, &state)?.expect("a checkpoint has an entry");
/// assert_eq!(codec.decode(id, &entry.record)?, state);
/// # Ok::<(), steadfast_engine::StoreError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Codec {
    #[cfg(feature = "sealed")]
    keys: Option<KeyRing>,
}

impl Codec {
    /// A codec that encrypts with the keys of a ring.
    #[cfg(feature = "sealed")]
    pub fn sealed(keys: KeyRing) -> Self {
        Self { keys: Some(keys) }
    }

    /// Returns the entry that holds `state`; `None` for [`State::Absent`], which has none.
    ///
    /// # Errors
    /// If the system has no random numbers to encrypt with.
    pub fn encode(&self, id: RecordId, state: &State) -> Result<Option<Entry>, StoreError> {
        let Some(kind) = state.kind() else { return Ok(None) };
        #[cfg(feature = "sealed")]
        let sealed = match &self.keys {
            Some(keys) => {
                keys.seal_record(id, SEALED, write::size(state), |bytes| write::fields(state, bytes))?
            }
            None => None,
        };
        #[cfg(not(feature = "sealed"))]
        let (_, sealed) = (id, None);
        let record = sealed.unwrap_or_else(|| plain(state));
        Ok(Some(Entry { record, kind, keep_for: state.keep_for() }))
    }

    /// Reads a record.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] if the record is damaged, of a codec that this release does not know, or encrypted with
    /// a key that is not in the ring.
    pub fn decode(&self, id: RecordId, record: &Bytes) -> Result<State, StoreError> {
        match record.first() {
            #[cfg(feature = "sealed")]
            Some(&SEALED) => {
                let keys = self.keys.as_ref().ok_or_else(StoreError::sealed)?;
                read::fields(&keys.open_record(id, record)?)
            }
            #[cfg(not(feature = "sealed"))]
            Some(&SEALED) => Err(StoreError::sealed()),
            Some(&PLAIN) => {
                #[cfg(feature = "sealed")]
                if let Some(keys) = &self.keys {
                    keys.check_plain()?;
                }
                let _ = id;
                read::fields(&checked(record)?)
            }
            Some(codec) => Err(StoreError::unreadable(format!(
                "it is of codec {codec}, which this release does not know"
            ))),
            None => Err(StoreError::unreadable("it is empty")),
        }
    }

    /// Reads what a store found; [`State::Absent`] if it found nothing.
    ///
    /// # Errors
    /// As [`decode`](Self::decode).
    pub fn decode_found(&self, id: RecordId, found: Option<&Found>) -> Result<State, StoreError> {
        found.map_or(Ok(State::Absent), |found| self.decode(id, &found.record))
    }

    /// Encrypts an entry of the audit log, if there are keys.
    ///
    /// # Errors
    /// If the system has no random numbers to encrypt with.
    pub fn seal_entry(&self, id: RecordId, entry: AuditDraft) -> Result<AuditDraft, StoreError> {
        #[cfg(feature = "sealed")]
        if let Some(keys) = &self.keys {
            return keys.seal_entry(id, entry);
        }
        let _ = id;
        Ok(entry)
    }

    /// Decrypts an entry of the audit log.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] if the entry is damaged, or encrypted with a key that is not in the ring.
    pub fn open_entry(&self, row: AuditRow) -> Result<AuditRow, StoreError> {
        #[cfg(feature = "sealed")]
        if let Some(keys) = &self.keys {
            return keys.open_entry(row);
        }
        if row.draft.is_plain() {
            return Ok(row);
        }
        Err(StoreError::sealed().about(&format!("entry {} of the audit log", row.sequence)))
    }
}

fn plain(state: &State) -> Bytes {
    let mut bytes = Vec::with_capacity(write::size(state) + 5);
    bytes.extend_from_slice(&[PLAIN, 0, 0, 0, 0]);
    write::fields(state, &mut bytes);
    let checksum = crc32fast::hash(&bytes[5..]);
    bytes[1..5].copy_from_slice(&checksum.to_le_bytes());
    bytes.into()
}

/// Returns the fields of a record whose checksum is right.
fn checked(record: &Bytes) -> Result<Bytes, StoreError> {
    let damaged = || StoreError::unreadable("it is damaged: its checksum is wrong");
    let checksum = record.get(1..).and_then(|rest| rest.first_chunk()).ok_or_else(damaged)?;
    let fields = record.slice(5..);
    if crc32fast::hash(&fields) != u32::from_le_bytes(*checksum) {
        return Err(damaged());
    }
    Ok(fields)
}

#[cfg(test)]
mod tests;
