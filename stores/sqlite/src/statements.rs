//! The statements on the table of records, for both drivers.

use std::time::Duration;
use steadfast_engine::{Entry, Found, Kind, RecordId, Revision, StoreError};

/// Reads the live record under an id, at a time.
pub(crate) const SELECT: &str = "SELECT revision, kind, written_at, record FROM steadfast_idempotency \
     WHERE id = ?1 AND expires_at > ?2";

/// Returns a new revision.
///
/// SQLite's random numbers come from the operating system. They repeat with a probability of one in 2^64. A statement of
/// its own is faster than a `RETURNING`, for which SQLite makes a temporary table each time.
pub(crate) const NEW_REVISION: &str = "SELECT random()";

macro_rules! put {
    ($revision:literal, $condition:literal) => {
        concat!(
            "INSERT INTO steadfast_idempotency (id, revision, kind, written_at, expires_at, record) VALUES (?1, ",
            $revision,
            ", ?2, ?3, ?4, ?5) ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, \
             kind = excluded.kind, written_at = excluded.written_at, expires_at = excluded.expires_at, \
             record = excluded.record",
            $condition
        )
    };
}

/// Puts a record, whatever is there.
pub(crate) const PUT: &str = put!("random()", "");

/// Puts a record where there is none that is live.
pub(crate) const INSERT: &str = put!("?6", " WHERE expires_at <= excluded.written_at");

/// Replaces a live record of a revision.
pub(crate) const UPDATE: &str = "UPDATE steadfast_idempotency \
     SET revision = ?6, kind = ?2, written_at = ?3, expires_at = ?4, record = ?5 \
     WHERE id = ?1 AND revision = ?7 AND expires_at > ?3";

/// Removes a live record of a revision.
pub(crate) const DELETE: &str =
    "DELETE FROM steadfast_idempotency WHERE id = ?1 AND revision = ?2 AND expires_at > ?3";

/// Removes a record, if there is one.
pub(crate) const REMOVE: &str = "DELETE FROM steadfast_idempotency WHERE id = ?1";

/// Removes some records that have expired, the oldest first.
pub(crate) const SWEEP: &str = "DELETE FROM steadfast_idempotency WHERE rowid IN \
     (SELECT rowid FROM steadfast_idempotency WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2)";

/// The columns of [`SELECT`].
pub(crate) type Row = (i64, i64, i64, Vec<u8>);

/// Returns the entry that a row of [`SELECT`] holds.
pub(crate) fn found((revision, kind, written_at, record): Row, now: u64) -> Result<Found, StoreError> {
    let known = u8::try_from(kind).ok().and_then(Kind::from_number);
    let kind =
        known.ok_or_else(|| StoreError::unreadable(format!("this release does not know kind {kind}")))?;
    let age = now.saturating_sub(u64::try_from(written_at).unwrap_or_default());
    Ok(Found {
        record: record.into(),
        kind,
        revision: revision_of(revision),
        age: Duration::from_millis(age),
        inserted: false,
    })
}

pub(crate) fn revision_of(column: i64) -> Revision {
    column.cast_unsigned().into()
}

pub(crate) fn id(id: &RecordId) -> &[u8] {
    &id.0
}

/// Returns a number as a column can hold it. None that are stored here are greater.
pub(crate) fn column(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Returns the time when an entry that is written now expires, rounded up.
pub(crate) fn expires_at(entry: &Entry, now: u64) -> i64 {
    let rounded = entry.keep_for.saturating_add(Duration::from_nanos(999_999));
    column(now.saturating_add(milliseconds(rounded)))
}

pub(crate) fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
