//! Entries of the audit log as rows of `steadfast_audit`, for both drivers.

use crate::error;
use crate::statements::{column, id};
use http::StatusCode;
use rusqlite::{Connection, params};
use sqlx::error::BoxDynError;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row as _, Sqlite, SqliteConnection, SqlitePool};
use steadfast_core::Date;
use steadfast_engine::{AuditDraft, AuditEvent, AuditFilter, AuditRow, RecordId, StoreError};

const APPEND: &str = "INSERT INTO steadfast_audit \
     (codec, at, record, event, status, operation, scope, version, began_at, details) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";

const SELECT: &str = "SELECT codec, sequence, at, record, event, status, operation, scope, version, began_at, details \
     FROM steadfast_audit WHERE sequence > ";

/// Changes with the meaning of any column. A row of a newer codec is an error to whoever reads it.
const CODEC: i64 = 1;

/// Finds the number that a time begins at in the index of times alone, because to look for it in the table is to read all
/// that was before.
const FROM: &str =
    " AND sequence >= (SELECT min(sequence) FROM steadfast_audit INDEXED BY steadfast_audit_at WHERE at >= ";

const ANY_BEFORE: &str = "SELECT EXISTS (SELECT 1 FROM steadfast_audit WHERE at < ?1)";

/// Sets the time before which a trigger permits entries to be deleted.
const PERMIT: &str = "INSERT INTO steadfast_meta (name, value) VALUES ('audit_kept_since', ?1) \
     ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)";

const REMOVE: &str = "DELETE FROM steadfast_audit WHERE sequence IN \
     (SELECT sequence FROM steadfast_audit WHERE at < ?1 ORDER BY at LIMIT ?2)";

/// Appends an entry.
pub(crate) fn append(
    connection: &Connection,
    record: &RecordId,
    draft: &AuditDraft,
    now: u64,
) -> rusqlite::Result<()> {
    connection.prepare_cached(APPEND)?.execute(params![
        CODEC,
        column(now),
        id(record),
        draft.event.name(),
        draft.status.map(|status| status.as_u16()),
        draft.operation,
        draft.scope,
        draft.version.map(Date::number),
        draft.began_at.map(column),
        &*draft.details,
    ])?;
    Ok(())
}

/// Appends an entry in a handler's transaction.
pub(crate) async fn append_tx(
    connection: &mut SqliteConnection,
    record: &RecordId,
    draft: &AuditDraft,
    now: u64,
) -> Result<(), StoreError> {
    let append = sqlx::query(APPEND)
        .bind(CODEC)
        .bind(column(now))
        .bind(id(record))
        .bind(draft.event.name())
        .bind(draft.status.map(|status| status.as_u16()))
        .bind(&*draft.operation)
        .bind(draft.scope.as_ref().map(<[u8; 32]>::as_slice))
        .bind(draft.version.map(Date::number))
        .bind(draft.began_at.map(column))
        .bind(&*draft.details);
    append.execute(connection).await.map(drop).map_err(error::of_statement)
}

/// Reads entries. This is on a connection of the pool, so that a long log delays no replay.
pub(crate) async fn read(
    pool: &SqlitePool,
    filter: AuditFilter,
    limit: usize,
) -> Result<Vec<AuditRow>, StoreError> {
    let AuditFilter { record, operation, scope, since, until, after } = filter;
    let mut query = QueryBuilder::<Sqlite>::new(SELECT);
    query.push_bind(column(after));
    if let Some(record) = record {
        query.push(" AND record = ").push_bind(record.0.to_vec());
    }
    if let Some(operation) = operation {
        query.push(" AND operation = ").push_bind(operation);
    }
    if let Some(scope) = scope {
        query.push(" AND scope = ").push_bind(scope.to_vec());
    }
    if let Some(since) = since {
        query.push(" AND at >= ").push_bind(column(since));
        // Not for a caller that goes on behind an entry, who is beyond that number already.
        if after == 0 {
            query.push(FROM).push_bind(column(since)).push(")");
        }
    }
    if let Some(until) = until {
        query.push(" AND at < ").push_bind(column(until));
    }
    query.push(" ORDER BY sequence LIMIT ").push_bind(column(limit as u64));
    let rows = query.build().fetch_all(pool).await.map_err(StoreError::unavailable)?;
    rows.iter().map(|row| decode(row).map_err(|why| unreadable(row, &*why))).collect()
}

fn decode(row: &SqliteRow) -> Result<AuditRow, BoxDynError> {
    let codec: i64 = row.try_get(0)?;
    if codec != CODEC {
        return Err(format!("it has codec {codec}, and this release knows codec {CODEC} only").into());
    }
    let version: Option<u32> = row.try_get(8)?;
    Ok(AuditRow {
        sequence: row.try_get(1)?,
        at: row.try_get(2)?,
        record: RecordId(row.try_get::<&[u8], _>(3)?.try_into()?),
        draft: AuditDraft {
            event: AuditEvent::named(row.try_get(4)?).ok_or("it is about an unknown event")?,
            status: row.try_get::<Option<u16>, _>(5)?.map(StatusCode::from_u16).transpose()?,
            operation: row.try_get::<String, _>(6)?.into(),
            scope: row.try_get::<Option<&[u8]>, _>(7)?.map(TryInto::try_into).transpose()?,
            version: version
                .map(|number| Date::from_number(number).ok_or("its version is no day"))
                .transpose()?,
            began_at: row.try_get(9)?,
            details: row.try_get::<Vec<u8>, _>(10)?.into(),
        },
    })
}

fn unreadable(row: &SqliteRow, why: &dyn std::error::Error) -> StoreError {
    let sequence: i64 = row.try_get(1).unwrap_or_default();
    StoreError::unreadable(format!("entry {sequence} of the audit log: {why}"))
}

/// Removes at most `rows` of the entries from before `end`, in a transaction, and returns how many.
pub(crate) fn remove(transaction: &Connection, end: u64, rows: usize) -> rusqlite::Result<usize> {
    let end = column(end);
    // Mostly there is none, and then the transaction writes nothing.
    if !transaction.prepare_cached(ANY_BEFORE)?.query_row([end], |row| row.get(0))? {
        return Ok(0);
    }
    transaction.prepare_cached(PERMIT)?.execute([end])?;
    transaction.prepare_cached(REMOVE)?.execute(params![end, column(rows as u64)])
}
