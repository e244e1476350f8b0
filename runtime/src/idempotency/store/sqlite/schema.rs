use super::super::StoreError;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

/// The version of the tables below. It stands in a table because `PRAGMA user_version` belongs to the application.
const VERSION: i64 = 1;

const TABLES: &str = "
CREATE TABLE IF NOT EXISTS steadfast_idempotency (
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
CREATE INDEX IF NOT EXISTS steadfast_idempotency_expires_at ON steadfast_idempotency (expires_at);
";

/// Creates the tables, or checks that they are those this release knows.
pub(super) fn prepare(connection: &mut Connection) -> Result<(), StoreError> {
    let found = create(connection).map_err(StoreError::unavailable)?;
    if found == VERSION {
        Ok(())
    } else {
        Err(StoreError::unreadable(format!("the tables have version {found}, this release knows {VERSION}")))
    }
}

fn create(connection: &mut Connection) -> rusqlite::Result<i64> {
    // Two processes may start at once.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(
        "CREATE TABLE IF NOT EXISTS steadfast_meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;",
    )?;
    let found = transaction
        .query_row("SELECT value FROM steadfast_meta WHERE name = 'idempotency'", [], |row| row.get(0))
        .optional()?;
    if let Some(found) = found {
        return Ok(found);
    }
    transaction.execute_batch(TABLES)?;
    transaction.execute("INSERT INTO steadfast_meta (name, value) VALUES ('idempotency', ?1)", [VERSION])?;
    transaction.commit()?;
    Ok(VERSION)
}
