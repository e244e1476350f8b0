use crate::{AuditDraft, BoxFuture, Entry, Found, Kind, RecordId, Revision, Store, StoreError, Swap};
use bytes::Bytes;
use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;
use steadfast_core::FixedClock;

pub(super) const ID: RecordId = RecordId([0xAB; 32]);
pub(super) const OTHER_ID: RecordId = RecordId([0xAC; 32]);

/// How long an entry is kept where a check does not depend on it.
pub(super) const KEEP_FOR: Duration = Duration::from_hours(24);

/// A store that is checked, and the clock that it measures time by.
pub(super) struct Probe {
    pub(super) store: Arc<dyn Store>,
    pub(super) clock: FixedClock,
    /// How long to wait for a call that nothing holds up.
    pub(super) patience: Duration,
}

impl Probe {
    /// Returns what `find_or_insert` does.
    pub(super) async fn claim(&self, id: RecordId, claim: &Entry) -> Result<Found, String> {
        claiming(&*self.store, id, claim.clone()).await.map_err(failed("find_or_insert"))
    }

    /// Inserts an entry where there is to be none. Returns its revision.
    pub(super) async fn insert(&self, id: RecordId, entry: &Entry) -> Result<Revision, String> {
        let found = self.claim(id, entry).await?;
        if !found.inserted {
            return Err(format!(
                "find_or_insert where there is no entry: expected to insert, found {}",
                show(Some(&found))
            ));
        }
        is("find_or_insert where there is no entry", Some(&found), entry, None, Duration::ZERO)?;
        Ok(found.revision)
    }

    pub(super) async fn swap(
        &self,
        id: RecordId,
        expected: Option<&Revision>,
        new: Option<&Entry>,
        audit: Vec<AuditDraft>,
    ) -> Result<Swap, String> {
        let swap = self.store.swap(id, expected.cloned(), new.cloned(), audit);
        swap.await.map_err(failed("swap"))
    }

    /// Swaps where that is to be done. Returns the new revision.
    pub(super) async fn replace(
        &self,
        id: RecordId,
        expected: Option<&Revision>,
        new: &Entry,
        audit: Vec<AuditDraft>,
    ) -> Result<Revision, String> {
        match self.swap(id, expected, Some(new), audit).await? {
            Swap::Done(Some(revision)) => Ok(revision),
            swap => Err(format!(
                "swap of what is there by an entry: expected `Done` with a revision, found {swap:?}"
            )),
        }
    }

    /// Removes the entry that is to be there.
    pub(super) async fn remove(&self, id: RecordId, expected: &Revision) -> Result<(), String> {
        same(
            "swap of the entry by none",
            &self.swap(id, Some(expected), None, Vec::new()).await?,
            &Swap::Done(None),
        )
    }

    /// Expects that a swap conflicts and leaves what was there.
    pub(super) async fn conflicts(
        &self,
        what: &str,
        expected: Option<&Revision>,
        new: Option<&Entry>,
    ) -> Result<(), String> {
        let before = self.load(ID).await?;
        same(what, &self.swap(ID, expected, new, Vec::new()).await?, &Swap::Conflict)?;
        let after = self.load(ID).await?;
        if after == before {
            return Ok(());
        }
        let (before, after) = (show(before.as_ref()), show(after.as_ref()));
        Err(format!("{what}: expected that the conflict leaves {before}, found {after}"))
    }

    pub(super) async fn load(&self, id: RecordId) -> Result<Option<Found>, String> {
        self.store.load(id).await.map_err(failed("load"))
    }

    /// Expects that `load` finds this very write of an entry.
    pub(super) async fn holds(
        &self,
        id: RecordId,
        entry: &Entry,
        revision: &Revision,
        age: Duration,
    ) -> Result<(), String> {
        is("load", self.load(id).await?.as_ref(), entry, Some(revision), age)
    }

    /// Expects that `load` finds nothing.
    pub(super) async fn holds_nothing(&self, id: RecordId, why: &str) -> Result<(), String> {
        match self.load(id).await? {
            None => Ok(()),
            found => Err(format!("load {why}: expected no entry, found {}", show(found.as_ref()))),
        }
    }
}

/// Returns an entry of a kind that changes, with bytes of its own.
pub(super) fn entry(record: &[u8]) -> Entry {
    Entry { record: Bytes::copy_from_slice(record), kind: Kind::Running, keep_for: KEEP_FOR }
}

/// Inserts `entry` if there is none. The future holds all it needs, so it can be polled beside others.
pub(super) fn claiming(
    store: &dyn Store,
    id: RecordId,
    entry: Entry,
) -> BoxFuture<'_, Result<Found, StoreError>> {
    Box::pin(async move {
        let mut claim = move || Ok(entry.clone());
        store.find_or_insert(id, &mut claim).await
    })
}

/// Expects that what was found is `entry`, and of this revision if there is one.
pub(super) fn is(
    what: &str,
    found: Option<&Found>,
    entry: &Entry,
    revision: Option<&Revision>,
    age: Duration,
) -> Result<(), String> {
    if let Some(found) = found
        && found.record == entry.record
        && found.kind == entry.kind
        && revision.is_none_or(|revision| *revision == found.revision)
        && found.age == age
    {
        return Ok(());
    }
    let mut why = format!("{what}: expected ");
    let _ = write!(why, "an entry of kind {:?}, age {age:?}, {}", entry.kind, bytes(&entry.record));
    if let Some(revision) = revision {
        let _ = write!(why, ", {revision:?}");
    }
    let _ = write!(why, "; found {}", show(found));
    if let Some(found) = found
        && let Some(at) =
            (0..found.record.len().min(entry.record.len())).find(|&at| found.record[at] != entry.record[at])
    {
        let _ = write!(why, "; the bytes differ first at {at}");
    }
    Err(why)
}

/// Expects that two values are the same.
pub(super) fn same<T: PartialEq + std::fmt::Debug>(
    what: &str,
    found: &T,
    expected: &T,
) -> Result<(), String> {
    if found == expected { Ok(()) } else { Err(format!("{what}: expected {expected:?}, found {found:?}")) }
}

/// Returns what a check reports of what a store found.
pub(super) fn show(found: Option<&Found>) -> String {
    let Some(Found { record, kind, revision, age, inserted }) = found else { return "no entry".to_owned() };
    let inserted = if *inserted { "inserted " } else { "" };
    format!("an {inserted}entry of kind {kind:?}, age {age:?}, {}, {revision:?}", bytes(record))
}

/// Shows the beginning of bytes: a megabyte is not for the output of a test.
fn bytes(bytes: &[u8]) -> String {
    const SHOWN: usize = 16;
    let more = if bytes.len() > SHOWN { " .." } else { "" };
    format!("{} bytes {:02x?}{more}", bytes.len(), &bytes[..bytes.len().min(SHOWN)])
}

pub(super) fn failed(call: &'static str) -> impl Fn(StoreError) -> String {
    move |error| format!("{call}: expected a result, found the error {}", describe(&error))
}

/// Returns the error with its causes.
pub(super) fn describe(error: &StoreError) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        let _ = write!(text, ": {cause}");
        source = cause.source();
    }
    text
}
