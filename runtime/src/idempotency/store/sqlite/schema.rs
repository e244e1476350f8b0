use super::super::StoreError;
use super::database::Database;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

/// What makes of the tables of one version those of the next, and first of all of nothing those of version 1. A new
/// file goes through all of them, so that its tables are the same as those that have come a long way.
///
/// A step is never edited once it is released. It may add columns and indexes, and no more: processes of the release
/// before are still at work on the tables.
const STEPS: &[&str] = &["
CREATE TABLE steadfast_idempotency (
    id          BLOB PRIMARY KEY,
    codec       INTEGER NOT NULL,
    state       INTEGER NOT NULL,
    algorithm   INTEGER NOT NULL,
    fingerprint BLOB NOT NULL,
    token       BLOB,
    claimed_at  INTEGER,
    lease_until INTEGER,
    expires_at  INTEGER NOT NULL,
    status      INTEGER,
    version     INTEGER,
    location    BLOB,
    headers     BLOB,
    body        BLOB
) STRICT;
CREATE INDEX steadfast_idempotency_expires_at ON steadfast_idempotency (expires_at);
"];

/// The version stands in a table because `PRAGMA user_version` belongs to the application.
const META: &str =
    "CREATE TABLE IF NOT EXISTS steadfast_meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT";

const HAS_META: &str = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'steadfast_meta')";

const VERSION: &str = "SELECT value FROM steadfast_meta WHERE name = 'idempotency'";

const SET_VERSION: &str = "INSERT OR REPLACE INTO steadfast_meta (name, value) VALUES ('idempotency', ?1)";

/// Creates the tables, or brings them up to date.
pub(super) fn prepare(connection: &mut Connection, database: &Database) -> Result<(), StoreError> {
    let found = bring_up(connection, STEPS).map_err(|error| database.unusable(error))?;
    let known = STEPS.len();
    if usize::try_from(found).is_ok_and(|found| found <= known) {
        return Ok(());
    }
    Err(StoreError::unreadable(format!(
        "the tables have version {found}, and this release knows none after {known}; help: run the release that made \
         them, or a newer one"
    )))
}

/// Takes the steps that the tables have not been through, all or none. Returns the version that they had.
pub(super) fn bring_up(connection: &mut Connection, steps: &[&str]) -> rusqlite::Result<i64> {
    let missing =
        |version| usize::try_from(version).ok().and_then(|version| steps.get(version..)).unwrap_or(&[]);
    // Mostly there is nothing to do, and then nobody need wait.
    let found = version(connection)?;
    if missing(found).is_empty() {
        return Ok(found);
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have been first.
    let found = version(&transaction)?;
    let missing = missing(found);
    if missing.is_empty() {
        return Ok(found);
    }
    for step in missing {
        transaction.execute_batch(step)?;
    }
    transaction.execute_batch(META)?;
    transaction.execute(SET_VERSION, [i64::try_from(steps.len()).unwrap_or(i64::MAX)])?;
    transaction.commit()?;
    Ok(found)
}

/// The version of the tables, 0 if there are none.
fn version(connection: &Connection) -> rusqlite::Result<i64> {
    // Asked of the file: what the connection remembers of it may be older.
    if !connection.query_row(HAS_META, [], |row| row.get(0))? {
        return Ok(0);
    }
    connection.query_row(VERSION, [], |row| row.get(0)).optional().map(Option::unwrap_or_default)
}
