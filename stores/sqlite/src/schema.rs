use crate::database::Database;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};
use steadfast_engine::StoreError;

/// The version of the tables below.
const VERSION: i64 = 1;

/// The tables. They are never edited once they are released: a later version adds to them, because processes of the
/// release before are still at work on them.
///
/// The table of records has row ids, because records are appended to it and may be large: without row ids, writes take
/// twice as long and the file of 1,500-byte records is twice as large. The triggers protect the entries of the audit log
/// from whoever else writes to the database by mistake: entries are never changed nor replaced, and are not deleted
/// before the time that the sweeper has set.
const TABLES: &str = "
CREATE TABLE steadfast_idempotency (
    id         BLOB PRIMARY KEY NOT NULL,
    revision   INTEGER NOT NULL,
    kind       INTEGER NOT NULL,
    written_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    record     BLOB NOT NULL
) STRICT;
CREATE INDEX steadfast_idempotency_expires_at ON steadfast_idempotency (expires_at);
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
    SELECT RAISE(ABORT, 'entries of the audit log are never changed');
END;
CREATE TRIGGER steadfast_audit_never_replaced BEFORE INSERT ON steadfast_audit
WHEN EXISTS (SELECT 1 FROM steadfast_audit WHERE sequence = NEW.sequence)
BEGIN
    SELECT RAISE(ABORT, 'entries of the audit log are never changed');
END;
CREATE TRIGGER steadfast_audit_stays BEFORE DELETE ON steadfast_audit
WHEN OLD.at >= coalesce((SELECT value FROM steadfast_meta WHERE name = 'audit_kept_since'), 0)
BEGIN
    SELECT RAISE(ABORT, 'entries of the audit log are not deleted before their time');
END;
";

/// The version is in a table because `PRAGMA user_version` belongs to the application.
const META: &str =
    "CREATE TABLE IF NOT EXISTS steadfast_meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT";

const HAS_META: &str = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'steadfast_meta')";

const GET_VERSION: &str = "SELECT value FROM steadfast_meta WHERE name = 'idempotency'";

const SET_VERSION: &str = "INSERT INTO steadfast_meta (name, value) VALUES ('idempotency', ?1)";

/// Statements that fail if a table has another layout.
const LAYOUT: [&str; 2] = [
    "SELECT id, revision, kind, written_at, expires_at, record FROM steadfast_idempotency",
    "SELECT sequence, codec, at, record, event, status, operation, scope, version, began_at, details \
     FROM steadfast_audit",
];

/// Creates the tables if there are none, and rejects those that this release does not know.
pub(crate) fn prepare(connection: &mut Connection, database: &Database) -> Result<(), StoreError> {
    let unusable = |error| database.unusable(error);
    // Mostly the tables are there, and then nobody need wait for a lock.
    let mut found = version(connection).map_err(unusable)?;
    if found.is_none() {
        found = create(connection).map_err(unusable)?;
    }
    if let Some(found) = found.filter(|found| *found != VERSION) {
        return Err(database.unreadable(format_args!(
            "its tables have version {found}, and this release knows version {VERSION} only\n  help: run the release \
             that made them, or a newer one"
        )));
    }
    LAYOUT.iter().try_for_each(|select| match connection.prepare(select) {
        Ok(_) => Ok(()),
        Err(error) => Err(database.unreadable(format_args!(
            "a table has another layout than that of this release: {error}\n  help: drop or rename the tables \
             `steadfast_idempotency`, `steadfast_audit` and `steadfast_meta`"
        ))),
    })
}

/// Creates the tables, unless another process was faster: then returns the version of its tables.
fn create(connection: &mut Connection) -> rusqlite::Result<Option<i64>> {
    let transaction = Transaction::new(connection, TransactionBehavior::Immediate)?;
    let found = version(&transaction)?;
    if found.is_none() {
        transaction.execute_batch(META)?;
        transaction.execute_batch(TABLES)?;
        transaction.execute(SET_VERSION, [VERSION])?;
        transaction.commit()?;
    }
    Ok(found)
}

/// Returns the version of the tables, if there are any.
fn version(connection: &Connection) -> rusqlite::Result<Option<i64>> {
    // Read from the file, because what the connection has cached of the schema may be older.
    if !connection.query_row(HAS_META, [], |row| row.get(0))? {
        return Ok(None);
    }
    connection.query_row(GET_VERSION, [], |row| row.get(0)).optional()
}
