//! Entries of the audit log as rows of `steadfast_audit`, for both drivers.

use crate::error;
use crate::statements::{Prepared, column, id};
use http::StatusCode;
use rusqlite::{Connection, params};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection, SqlitePool};
use steadfast_core::Date;
use steadfast_engine::{AuditDraft, AuditEvent, AuditFilter, AuditRow, RecordId, StoreError};

/// Appends an entry.
pub(crate) const APPEND: &str = "INSERT INTO steadfast_audit \
     (codec, at, record, event, status, operation, scope, version, began_at, details) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";

const SELECT: &str = "SELECT codec, sequence, at, record, event, status, operation, scope, version, began_at, details \
     FROM steadfast_audit WHERE sequence > ";

/// The columns of [`SELECT`].
type Columns =
    (i64, i64, i64, Vec<u8>, String, Option<i64>, String, Option<Vec<u8>>, Option<i64>, Option<i64>, Vec<u8>);

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

/// Appends an entry with a prepared [`APPEND`].
pub(crate) fn append(
    statement: &mut Prepared<'_>,
    record: &RecordId,
    draft: &AuditDraft,
    now: u64,
) -> rusqlite::Result<()> {
    statement.get()?.execute(params![
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
    let rows: Vec<Columns> = query.build_query_as().fetch_all(pool).await.map_err(StoreError::unavailable)?;
    rows.into_iter()
        .map(|columns| {
            let (codec, sequence) = (columns.0, columns.1);
            let why = match codec {
                CODEC => "a column does not hold a value of this codec".to_owned(),
                _ => format!("it has codec {codec}, and this release knows codec {CODEC} only"),
            };
            let row = (codec == CODEC).then(|| decode(columns)).flatten();
            row.ok_or_else(|| {
                StoreError::unreadable(why).about(&format!("entry {sequence} of the audit log"))
            })
        })
        .collect()
}

fn decode(columns: Columns) -> Option<AuditRow> {
    let (_, sequence, at, record, event, status, operation, scope, version, began_at, details) = columns;
    let status_code = |number: i64| StatusCode::from_u16(number.try_into().ok()?).ok();
    let date = |number: i64| Date::from_number(number.try_into().ok()?);
    Some(AuditRow {
        sequence: sequence.try_into().ok()?,
        at: at.try_into().ok()?,
        record: RecordId(record.try_into().ok()?),
        draft: AuditDraft {
            event: AuditEvent::named(&event)?,
            status: read_optional(status, status_code)?,
            operation: operation.into(),
            scope: read_optional(scope, |bytes| bytes.try_into().ok())?,
            version: read_optional(version, date)?,
            began_at: read_optional(began_at, |time| time.try_into().ok())?,
            details: details.into(),
        },
    })
}

/// Reads a column that may hold nothing; `None` if it holds something else than what `read` reads.
fn read_optional<T, U>(column: Option<T>, read: impl FnOnce(T) -> Option<U>) -> Option<Option<U>> {
    column.map_or(Some(None), |value| read(value).map(Some))
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
