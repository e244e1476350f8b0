use super::keys::{Key, is_id};
use super::{associated_data, envelope};
use crate::{AuditDraft, AuditRow, RecordId, StoreError};
use bytes::Bytes;
use std::fmt;
use std::sync::Arc;

/// The keys that records are encrypted with; for `Idempotency::sealed`.
///
/// A key has 32 random bytes, and an id of your choice that every record names which the key has sealed. The newest key
/// seals; all of them open. A ring is never empty.
///
/// ```
/// use steadfast_engine::KeyRing;
///
/// # let (this_year, last_year) = ([1; 32], [2; 32]);
/// let keys = KeyRing::new("2026", &this_year).older("2025", &last_year);
/// assert_eq!(format!("{keys:?}"), r#"KeyRing(["2026", "2025"])"#);
/// ```
///
/// Processes with different rings share a store while a new key is rolled out. Give the new key to all of them with
/// [`older`](Self::older) first, so that each can open what another one seals, and make it the newest one then.
///
/// Encrypted are the whole record, and the details of an audit entry. Whoever reads the store sees their lengths, the
/// [`Kind`](crate::Kind) of a record and the other columns of an entry. Whoever writes to it cannot make a record or an
/// entry, change one or move one to another id, but can remove one, or put an older one of the same id back.
///
/// The ring keeps what it derives from a key, and not the key, and overwrites that with zeros when it is dropped. The
/// bytes that were passed are the caller's to overwrite.
#[derive(Clone)]
#[must_use]
pub struct KeyRing {
    /// Newest first.
    keys: Vec<Arc<Key>>,
    plain: Plain,
}

/// The rule for records that are not sealed.
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
            "two keys of the ring have the id `{id}`: a record that names the id may be sealed with either\n  \
             help: give every key an id of its own, such as the day it was made"
        );
        assert!(
            is_id(id.as_bytes()),
            "the id {id:?} of a key is none: records and logs contain it, so it has 1 to 64 printable ASCII characters \
             without spaces\n  help: name the key after the day it was made"
        );
        self.keys.push(Arc::new(Key::new(id, key)));
        self
    }

    /// Reads records that are not sealed, too. Defaults to rejecting them, 503 `record-unreadable`, because whoever can
    /// write to the store could put a response there that the service never sent.
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

    /// Returns the key that seals; `None` while nothing is sealed.
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

    /// Encrypts the fields that `write` appends, about `size` bytes; `None` while nothing is sealed.
    pub(crate) fn seal_record(
        &self,
        id: RecordId,
        codec: u8,
        size: usize,
        write: impl FnOnce(&mut Vec<u8>),
    ) -> Result<Option<Bytes>, StoreError> {
        let Some(key) = self.newest() else { return Ok(None) };
        envelope::seal(key, codec, &associated_data::of_record(id), size, write).map(Some)
    }

    /// Decrypts the fields of a record.
    pub(crate) fn open_record(&self, id: RecordId, record: &[u8]) -> Result<Bytes, StoreError> {
        envelope::open(self.key_of(record)?, &associated_data::of_record(id), record)
    }

    /// Encrypts the details of an entry of the audit log.
    pub(crate) fn seal_entry(&self, id: RecordId, entry: AuditDraft) -> Result<AuditDraft, StoreError> {
        let Some(key) = self.newest() else { return Ok(entry) };
        let (associated, plain) = (associated_data::of_entry(id, &entry), &entry.details);
        let details = envelope::seal(key, FORMAT_OF_ENTRIES, &associated, plain.len(), |bytes| {
            bytes.extend_from_slice(plain);
        })?;
        Ok(AuditDraft { details, ..entry })
    }

    /// Decrypts an entry of the audit log.
    pub(crate) fn open_entry(&self, row: AuditRow) -> Result<AuditRow, StoreError> {
        let details = self
            .open_details(row.record, &row.draft)
            .map_err(|error| error.about(&format!("entry {} of the audit log", row.sequence)))?;
        Ok(AuditRow { draft: AuditDraft { details, ..row.draft }, ..row })
    }

    fn open_details(&self, id: RecordId, entry: &AuditDraft) -> Result<Bytes, StoreError> {
        let details = &entry.details;
        match details.first() {
            _ if entry.is_plain() => self.check_plain().map(|()| details.clone()),
            Some(&FORMAT_OF_ENTRIES) => {
                envelope::open(self.key_of(details)?, &associated_data::of_entry(id, entry), details)
            }
            Some(format) => Err(StoreError::unreadable(format!(
                "it is sealed in format {format}, and this release knows {FORMAT_OF_ENTRIES}"
            ))),
            None => Err(StoreError::unreadable("what is sealed of it is incomplete")),
        }
    }

    /// Returns the key that an envelope names.
    fn key_of(&self, sealed: &[u8]) -> Result<&Key, StoreError> {
        let id = envelope::key_id(sealed)?;
        self.find(id).ok_or_else(|| {
            StoreError::unreadable(format!(
                "it is sealed with the key `{id}`, which the ring lacks\n  help: keep a key in the ring until the last \
                 record that it has sealed has expired"
            ))
        })
    }

    /// Rejects a record that is not encrypted, unless the ring reads such records.
    pub(crate) fn check_plain(&self) -> Result<(), StoreError> {
        if self.plain != Plain::Refused {
            return Ok(());
        }
        Err(StoreError::unreadable(
            "it is not sealed, and whoever can write to the store could have put it there\n  help: \
             `KeyRing::reads_plain` until the last record from before has expired",
        ))
    }
}

/// The first byte of an encrypted entry of the audit log. One that is not encrypted begins with a brace.
const FORMAT_OF_ENTRIES: u8 = 1;

/// Shows the ids and the rule for plain records, and no key.
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
