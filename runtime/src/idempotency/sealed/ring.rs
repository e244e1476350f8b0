use super::envelope::{self, Nonce};
use super::keys::{Key, is_id};
use super::payload::{self, Payload};
use super::place::Place;
use crate::idempotency::audit::{AuditDraft, AuditEvent, AuditRow};
use crate::idempotency::fingerprint::{Asked, Match, Secrets};
use crate::idempotency::record::{Fingerprint, Finished, Kept, RecordId, Sealed, Step, StepOutput};
use crate::idempotency::store::StoreError;
use std::fmt;
use std::sync::Arc;

/// The keys that stored answers are encrypted with, see [`Idempotency::sealed`](crate::Idempotency::sealed).
///
/// A key has 32 random bytes and an id of your choice, which stands in every record that it seals. The newest key seals;
/// all of them open. A ring is never empty.
///
/// ```
/// use steadfast::idempotency::KeyRing;
/// use steadfast::{Idempotency, MemoryStore};
///
/// # let (this_year, last_year) = ([1; 32], [2; 32]);
/// let keys = KeyRing::new("2026", &this_year).older("2025", &last_year);
/// assert_eq!(format!("{keys:?}"), r#"KeyRing(["2026", "2025"])"#);
/// let idempotency = Idempotency::new(MemoryStore::new()).sealed(keys);
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

    /// Adds to the secrets of fingerprints those of the ring.
    pub(in crate::idempotency) fn key_fingerprints(&self, secrets: &Secrets) -> Secrets {
        let keys = self.keys.iter().map(|key| &**key.fingerprints);
        secrets.followed_by(keys, self.newest().is_some())
    }

    pub(super) fn seal(
        &self,
        id: RecordId,
        outcome: Kept,
        fingerprint: Option<&Fingerprint>,
    ) -> Result<Kept, StoreError> {
        let Some(key) = self.newest() else { return Ok(outcome) };
        let version = outcome.version();
        let place = match fingerprint {
            Some(_) => Place::Outcome { id, version },
            None => Place::Settled { id },
        };
        let sealed =
            envelope::seal(key, place, Nonce::Random, |bytes| payload::write(&outcome, fingerprint, bytes))?;
        Ok(Kept::Sealed { version, sealed })
    }

    pub(super) fn seal_step(&self, id: RecordId, index: usize, step: Step) -> Result<Step, StoreError> {
        let Some(key) = self.newest() else { return Ok(step) };
        let Step { name, shape, output } = step;
        let place = Place::Step { id, index, name: &name, shape };
        // The engine knows a step that is sent twice by its bytes.
        let sealed =
            envelope::seal(key, place, Nonce::OfContent, |bytes| payload::write_step(&output, bytes))?;
        Ok(Step { name, shape, output: StepOutput::Sealed(sealed) })
    }

    /// Opens the outcome of a record, for whoever asks for this.
    pub(super) fn open(&self, id: RecordId, asked: Option<&Asked>, kept: Kept) -> Result<Kept, StoreError> {
        let (version, sealed) = match kept {
            Kept::Sealed { version, sealed } => (version, sealed),
            plain @ (Kept::Response(_) | Kept::Reference { .. } | Kept::Tombstone(_)) => {
                self.check_plain()?;
                return Ok(plain);
            }
        };
        let key = self.key_of(&sealed)?;
        let content = envelope::open(key, Place::Outcome { id, version }, &sealed)
            .or_else(|_| envelope::open(key, Place::Settled { id }, &sealed))?;
        let Payload { outcome, fingerprint } = payload::read(&content, version).ok_or_else(unknown_layout)?;
        match (asked, fingerprint) {
            (Some(asked), Some(fingerprint)) if asked.matches_in(version, &fingerprint) != Match::Same => {
                Err(StoreError::unreadable("it was sealed for another request than it is stored for"))
            }
            _ => Ok(outcome),
        }
    }

    /// Opens the steps of a record.
    pub(super) fn open_steps(&self, id: RecordId, steps: &Finished) -> Result<Finished, StoreError> {
        let open = |(index, step): (usize, &Step)| {
            let Step { name, shape, output } = step;
            let output = match output {
                StepOutput::Plain(_) => {
                    self.check_plain()?;
                    output.clone()
                }
                StepOutput::Sealed(sealed) => {
                    let place = Place::Step { id, index, name, shape: *shape };
                    let content = envelope::open(self.key_of(sealed)?, place, sealed)?;
                    payload::read_step(&content).ok_or_else(unknown_layout)?
                }
            };
            Ok(Step { name: Arc::clone(name), shape: *shape, output })
        };
        steps.as_slice().iter().enumerate().map(open).collect()
    }

    /// Seals what an entry of the audit trail says of a request and its answer.
    pub(super) fn seal_draft(&self, id: RecordId, draft: AuditDraft) -> Result<AuditDraft, StoreError> {
        let Some(key) = self.newest() else { return Ok(draft) };
        let Sealed(details) = envelope::seal(key, entry(id, &draft), Nonce::Random, |bytes| {
            bytes.extend_from_slice(&draft.details);
        })?;
        Ok(AuditDraft { details, ..draft })
    }

    /// Opens an entry of the audit trail.
    pub(super) fn open_row(&self, row: AuditRow) -> Result<AuditRow, StoreError> {
        let named = |error: StoreError| error.about(&format!("entry {} of the audit trail", row.sequence));
        let AuditRow { record, ref draft, .. } = row;
        if draft.is_plain() {
            self.check_plain().map_err(named)?;
            return Ok(row);
        }
        let sealed = Sealed(draft.details.clone());
        let open = || envelope::open(self.key_of(&sealed)?, entry(record, draft), &sealed);
        let details = open().map_err(named)?;
        let draft = AuditDraft { details, ..row.draft };
        Ok(AuditRow { draft, ..row })
    }

    /// The key that a sealed thing names.
    pub(super) fn key_of(&self, sealed: &Sealed) -> Result<&Key, StoreError> {
        let id = envelope::key_id(sealed)?;
        self.find(id).ok_or_else(|| {
            StoreError::unreadable(format!(
                "it is sealed with the key `{id}`, which the ring lacks\n  help: keep a key in the ring until the last \
                 record that it has sealed is gone"
            ))
        })
    }

    fn check_plain(&self) -> Result<(), StoreError> {
        if self.plain != Plain::Refused {
            return Ok(());
        }
        Err(StoreError::unreadable(
            "it is not sealed, and whoever can write to the store could have put it there\n  help: \
             `KeyRing::reads_plain` until the last record from before is gone",
        ))
    }
}

fn entry(id: RecordId, draft: &AuditDraft) -> Place<'_> {
    // When it began a store completes, and of a lost execution the version.
    let AuditDraft { event, status, ref operation, scope, version, began_at: _, details: _ } = *draft;
    let version = version.filter(|_| event != AuditEvent::Lost);
    Place::Entry { id, event, status, version, scope, operation }
}

fn unknown_layout() -> StoreError {
    StoreError::unreadable("what is sealed of it has another layout than this release knows")
}

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
