use super::envelope;
use super::keys::{Key, is_id};
use crate::{AuditDraft, AuditRow, RecordId, StoreError};
use bytes::Bytes;
use std::fmt;
use std::sync::Arc;

/// The keys that records are encrypted with; for `Idempotency::sealed`.
///
/// A key has 32 random bytes and an id of your choice, which stands in every record that it seals. The newest key seals;
/// all of them open. A ring is never empty.
///
/// ```
/// use steadfast_engine::KeyRing;
///
/// # let (this_year, last_year) = ([1; 32], [2; 32]);
/// let keys = KeyRing::new("2026", &this_year).older("2025", &last_year);
/// assert_eq!(format!("{keys:?}"), r#"KeyRing(["2026", "2025"])"#);
/// ```
///
/// The ring keeps what it derives from a key and not the key, and overwrites it with zeros when it goes. The bytes that
/// were given are the caller's to overwrite.
#[derive(Clone)]
#[must_use]
pub struct KeyRing {
    /// Newest first.
    keys: Vec<Arc<Key>>,
    plain: Plain,
}

/// What becomes of records that are not sealed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Plain {
    Refused,
    Read,
    Written,
}

impl KeyRing {
    /// A ring with one key.
    ///
    /// # Panics
    /// If the id has not 1 to 64 printable ASCII characters without spaces.
    #[track_caller]
    pub fn new(id: &str, key: &[u8; 32]) -> Self {
        Self { keys: Vec::new(), plain: Plain::Refused }.older(id, key)
    }

    /// Adds a key that is older than those of the ring: it opens and does not seal.
    ///
    /// # Panics
    /// As [`new`](Self::new); and if the ring has a key of this id.
    #[track_caller]
    pub fn older(mut self, id: &str, key: &[u8; 32]) -> Self {
        assert!(
            self.find(id).is_none(),
            "two keys of the ring have the id `{id}`: a record that names it does not say which of them opens it\n  \
             help: give every key an id of its own, such as the day it was made"
        );
        assert!(
            is_id(id.as_bytes()),
            "the id {id:?} of a key is none: it stands in every record and in logs, and has 1 to 64 printable ASCII \
             characters without spaces\n  help: name the key after the day it was made"
        );
        self.keys.push(Arc::new(Key::new(id, key)));
        self
    }

    /// Reads records that are not sealed, too. Otherwise they are refused, 503 `record-unreadable`: whoever can write to
    /// the store could put an answer there that the service never gave.
    pub fn reads_plain(mut self) -> Self {
        self.plain = Plain::Read;
        self
    }

    /// Reads both and seals nothing: for the time until every process has the ring.
    pub fn writes_plain(mut self) -> Self {
        self.plain = Plain::Written;
        self
    }

    fn find(&self, id: &str) -> Option<&Key> {
        self.keys.iter().map(|key| &**key).find(|key| key.id() == id)
    }

    /// The key that seals; `None` while nothing is sealed.
    fn newest(&self) -> Option<&Key> {
        self.keys.first().map(|key| &**key).filter(|_| self.plain != Plain::Written)
    }

    /// Returns the secrets that fingerprints are keyed with, one derived from each key, newest first.
    pub fn fingerprint_secrets(&self) -> impl Iterator<Item = &[u8; 32]> {
        self.keys.iter().map(|key| &**key.fingerprints)
    }

    /// Returns `true` if new records are encrypted.
    pub fn seals(&self) -> bool {
        self.newest().is_some()
    }

    /// Encrypts the fields that `fields` appends; while nothing is sealed, returns what `plain` does.
    pub(crate) fn seal_record(
        &self,
        id: RecordId,
        codec: u8,
        fields: impl FnOnce(&mut Vec<u8>),
        plain: impl FnOnce() -> Bytes,
    ) -> Result<Bytes, StoreError> {
        let Some(key) = self.newest() else { return Ok(plain()) };
        envelope::seal(key, &[codec], &place_of_record(id), fields)
    }

    /// Decrypts the fields of a record.
    pub(crate) fn open_record(&self, id: RecordId, record: &Bytes) -> Result<Bytes, StoreError> {
        let key = self.key_of(record, 1)?;
        envelope::open(key, 1, &place_of_record(id), record)
    }

    /// Encrypts what an entry of the audit log says of a request and its response.
    pub(crate) fn seal_entry(&self, id: RecordId, entry: AuditDraft) -> Result<AuditDraft, StoreError> {
        let Some(key) = self.newest() else { return Ok(entry) };
        let details = envelope::seal(key, &[FORMAT_OF_ENTRIES], &place_of_entry(id, &entry), |bytes| {
            bytes.extend_from_slice(&entry.details);
        })?;
        Ok(AuditDraft { details, ..entry })
    }

    /// Decrypts an entry of the audit log.
    pub(crate) fn open_entry(&self, row: AuditRow) -> Result<AuditRow, StoreError> {
        let named = |error: StoreError| error.about(&format!("entry {} of the audit trail", row.sequence));
        let AuditRow { record, ref draft, .. } = row;
        if draft.is_plain() {
            self.check_plain().map_err(named)?;
            return Ok(row);
        }
        let open = || {
            match draft.details.first() {
                Some(&FORMAT_OF_ENTRIES) => {}
                Some(format) => {
                    let why = format!(
                        "it is sealed in format {format}, and this release knows {FORMAT_OF_ENTRIES}"
                    );
                    return Err(StoreError::unreadable(why));
                }
                None => return Err(StoreError::unreadable("what is sealed of it is incomplete")),
            }
            envelope::open(self.key_of(&draft.details, 1)?, 1, &place_of_entry(record, draft), &draft.details)
        };
        let details = open().map_err(named)?;
        let draft = AuditDraft { details, ..row.draft };
        Ok(AuditRow { draft, ..row })
    }

    /// Returns the key that an envelope names behind its first `prefix` bytes.
    fn key_of(&self, sealed: &Bytes, prefix: usize) -> Result<&Key, StoreError> {
        let id = envelope::key_id(sealed, prefix)?;
        self.find(id).ok_or_else(|| {
            StoreError::unreadable(format!(
                "it is sealed with the key `{id}`, which the ring lacks\n  help: keep a key in the ring until the last \
                 record that it has sealed is gone"
            ))
        })
    }

    /// # Errors
    /// If records that are not encrypted are refused.
    pub(crate) fn check_plain(&self) -> Result<(), StoreError> {
        if self.plain != Plain::Refused {
            return Ok(());
        }
        Err(StoreError::unreadable(
            "it is not sealed, and whoever can write to the store could have put it there\n  help: \
             `KeyRing::reads_plain` until the last record from before is gone",
        ))
    }
}

/// The bytes that are authenticated with a record: it opens nowhere but under its own id.
fn place_of_record(id: RecordId) -> [u8; 33] {
    let mut place = [0; 33];
    place[0] = RECORD;
    place[1..].copy_from_slice(&id.0);
    place
}

/// The bytes that are authenticated with an entry of the audit log. No two entries give the same bytes: what has no fixed
/// length comes last.
fn place_of_entry(id: RecordId, entry: &AuditDraft) -> Vec<u8> {
    let AuditDraft { event, status, operation, scope, version, began_at, details: _ } = entry;
    let mut bytes = vec![ENTRY];
    bytes.extend_from_slice(&id.0);
    // No status, no version and no time is 0.
    bytes.extend_from_slice(&status.map_or(0, |status| status.as_u16()).to_le_bytes());
    bytes.extend_from_slice(&version.map_or(0, steadfast_core::Date::number).to_le_bytes());
    bytes.extend_from_slice(&began_at.unwrap_or(0).to_le_bytes());
    bytes.push(scope.is_some().into());
    bytes.extend_from_slice(&scope.unwrap_or_default());
    // No name of an event is the beginning of another with a zero behind it.
    bytes.extend_from_slice(event.name().as_bytes());
    bytes.push(0);
    bytes.extend_from_slice(operation.as_bytes());
    bytes
}

const RECORD: u8 = 1;
const ENTRY: u8 = 2;

/// The first byte of an encrypted entry of the audit log. One that is not encrypted begins with a brace.
const FORMAT_OF_ENTRIES: u8 = 1;

/// The ids, and what becomes of plain records.
impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids: Vec<_> = self.keys.iter().map(|key| key.id()).collect();
        let plain = match self.plain {
            Plain::Refused => "",
            Plain::Read => ", reads plain",
            Plain::Written => ", writes plain",
        };
        write!(f, "KeyRing({ids:?}{plain})")
    }
}
