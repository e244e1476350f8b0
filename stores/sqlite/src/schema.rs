use super::super::StoreError;
use super::database::Database;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

/// What makes of the tables of one version those of the next, and first of all of nothing those of version 1. A new
/// file goes through all of them, so that its tables are the same as those that have come a long way.
///
/// A step is never edited once it is released. It may add tables, columns and indexes, and no more: processes of the
/// release before are still at work on the tables.
const STEPS: &[&str] = &[
    "
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
",
    AUDIT,
];

/// The audit trail. Its numbers are never used again, not even those of entries that have gone.
///
/// The triggers keep its entries from whoever else writes to the database, by mistake: they are never changed, not
/// written over, and do not go before the time that the sweeper has said.
const AUDIT: &str = "
CREATE TABLE steadfast_audit (
    sequence    INTEGER PRIMARY KEY AUTOINCREMENT,
    codec       INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    record      BLOB NOT NULL,
    event       TEXT NOT NULL,
    status      INTEGER,
    operation   TEXT NOT NULL,
    scope       BLOB,
    version     INTEGER,
    began_at    INTEGER,
    details     BLOB NOT NULL
) STRICT;
CREATE INDEX steadfast_audit_at ON steadfast_audit (at);
CREATE INDEX steadfast_audit_record ON steadfast_audit (record);
CREATE INDEX steadfast_audit_operation ON steadfast_audit (operation);
CREATE TRIGGER steadfast_audit_never_changes BEFORE UPDATE ON steadfast_audit
BEGIN
    SELECT RAISE(ABORT, 'entries of the audit trail are never changed');
END;
CREATE TRIGGER steadfast_audit_never_replaced BEFORE INSERT ON steadfast_audit
WHEN EXISTS (SELECT 1 FROM steadfast_audit WHERE sequence = NEW.sequence)
BEGIN
    SELECT RAISE(ABORT, 'entries of the audit trail are never changed');
END;
CREATE TRIGGER steadfast_audit_stays BEFORE DELETE ON steadfast_audit
WHEN OLD.at >= coalesce((SELECT value FROM steadfast_meta WHERE name = 'audit_kept_since'), 0)
BEGIN
    SELECT RAISE(ABORT, 'entries of the audit trail do not go before their time');
END;
";

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
