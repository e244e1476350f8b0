//! An entry of the audit trail as a row of `steadfast_audit`, for both drivers.

use super::super::StoreError;
use super::failure;
use super::row::{column, decode_date, id_column};
use crate::idempotency::audit::{AuditDraft, AuditEvent, AuditFilter, AuditRow};
use crate::idempotency::record::RecordId;
use http::StatusCode;
use rusqlite::{CachedStatement, Connection, TransactionBehavior, params};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row as _, Sqlite, SqliteConnection, SqlitePool};

/// Entries are appended, and never changed: triggers see to that.
const APPEND: &str = "INSERT INTO steadfast_audit \
     (codec, at, record, event, status, operation, scope, version, began_at, details) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";

const SELECT: &str = "SELECT codec, sequence, at, record, event, status, operation, scope, version, began_at, details \
     FROM steadfast_audit WHERE sequence > ";

/// Changes with the meaning of any column. A row of a newer codec is an error to whoever reads it.
const CODEC: i64 = 1;

const ANY_BEFORE: &str = "SELECT EXISTS (SELECT 1 FROM steadfast_audit WHERE at < ?1)";

/// Says up to when entries may go; without this a trigger keeps them.
const LET_GO: &str = "INSERT INTO steadfast_meta (name, value) VALUES ('audit_kept_since', ?1) \
     ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)";

const REMOVE: &str = "DELETE FROM steadfast_audit WHERE sequence IN \
     (SELECT sequence FROM steadfast_audit WHERE at < ?1 ORDER BY at LIMIT ?2)";

/// Where a time begins, from the index alone: to look for it in the table is to go through all that was before.
const FROM: &str =
    " AND sequence >= (SELECT min(sequence) FROM steadfast_audit INDEXED BY steadfast_audit_at WHERE at >= ";

/// Appends the entries of a batch.
pub(super) struct Append<'a>(Option<CachedStatement<'a>>, &'a Connection);

impl<'a> Append<'a> {
    /// Without cost for a batch that has none.
    pub(super) fn on(connection: &'a Connection) -> Self {
        Self(None, connection)
    }

    pub(super) fn append(&mut self, id: &RecordId, draft: &AuditDraft, now: u64) -> rusqlite::Result<()> {
        let statement = match &mut self.0 {
            Some(statement) => statement,
            none => none.insert(self.1.prepare_cached(APPEND)?),
        };
        statement.execute(params![
            CODEC,
            column(now),
            id_column(id),
            draft.event.name(),
            draft.status.map(|status| status.as_u16()),
            draft.operation,
            draft.scope,
            draft.version.map(|date| i64::from(date.number())),
            draft.began_at.map(column),
            &*draft.details,
        ])?;
        Ok(())
    }
}

/// Appends an entry in a handler's transaction.
pub(super) async fn append(
    connection: &mut SqliteConnection,
    id: &RecordId,
    draft: &AuditDraft,
    now: u64,
) -> Result<(), StoreError> {
    sqlx::query(APPEND)
        .bind(CODEC)
        .bind(column(now))
        .bind(id_column(id))
        .bind(draft.event.name())
        .bind(draft.status.map(|status| status.as_u16()))
        .bind(&*draft.operation)
        .bind(draft.scope.as_ref().map(<[u8; 32]>::as_slice))
        .bind(draft.version.map(|date| i64::from(date.number())))
        .bind(draft.began_at.map(column))
        .bind(&*draft.details)
        .execute(connection)
        .await
        .map_err(failure::of_statement)?;
    Ok(())
}

/// Reads on connections that nobody waits for: a long trail holds up no replay.
pub(super) async fn read(
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
        // Whoever goes on behind an entry is there already.
        if after == 0 {
            query.push(FROM).push_bind(column(since)).push(")");
        }
    }
    if let Some(until) = until {
        query.push(" AND at < ").push_bind(column(until));
    }
    query.push(" ORDER BY sequence LIMIT ").push_bind(column(limit as u64));
    let rows = query.build().fetch_all(pool).await.map_err(StoreError::unavailable)?;
    rows.iter().map(decode).collect()
}

fn decode(row: &SqliteRow) -> Result<AuditRow, StoreError> {
    let unreadable = |why: &str| StoreError::unreadable(format!("an entry of the audit trail: {why}"));
    let codec: i64 = row.try_get(0).map_err(|error| unreadable(&error.to_string()))?;
    if codec != CODEC {
        return Err(unreadable(&format!("codec {codec}, this release knows {CODEC}")));
    }
    let columns = || {
        let (event, details): (String, Vec<u8>) = (row.try_get(4)?, row.try_get(10)?);
        let (status, began_at): (Option<i64>, Option<i64>) = (row.try_get(5)?, row.try_get(9)?);
        let (scope, version): (Option<Vec<u8>>, Option<i64>) = (row.try_get(7)?, row.try_get(8)?);
        let (sequence, at): (i64, i64) = (row.try_get(1)?, row.try_get(2)?);
        let (record, operation): (Vec<u8>, String) = (row.try_get(3)?, row.try_get(6)?);
        Ok::<_, sqlx::Error>(entry(Columns {
            sequence,
            at,
            record,
            event,
            status,
            operation,
            scope,
            version,
            began_at,
            details,
        }))
    };
    let entry = columns().map_err(|error| unreadable(&error.to_string()))?;
    entry.ok_or_else(|| unreadable("a column does not hold what its codec says"))
}

struct Columns {
    sequence: i64,
    at: i64,
    record: Vec<u8>,
    event: String,
    status: Option<i64>,
    operation: String,
    scope: Option<Vec<u8>>,
    version: Option<i64>,
    began_at: Option<i64>,
    details: Vec<u8>,
}

fn entry(columns: Columns) -> Option<AuditRow> {
    let status = |number: i64| StatusCode::from_u16(number.try_into().ok()?).ok();
    let draft = AuditDraft {
        event: AuditEvent::named(&columns.event)?,
        status: columns.status.map(|number| status(number).ok_or(())).transpose().ok()?,
        operation: columns.operation.into(),
        scope: columns.scope.map(TryInto::try_into).transpose().ok()?,
        version: columns.version.map(|number| decode_date(number).ok_or(())).transpose().ok()?,
        began_at: columns.began_at.map(TryInto::try_into).transpose().ok()?,
        details: columns.details.into(),
    };
    Some(AuditRow {
        sequence: columns.sequence.try_into().ok()?,
        at: columns.at.try_into().ok()?,
        record: RecordId(columns.record.try_into().ok()?),
        draft,
    })
}

/// Removes at most `rows` of the entries from before `end`, and returns how many.
pub(super) fn remove(connection: &mut Connection, end: u64, rows: usize) -> rusqlite::Result<usize> {
    let end = column(end);
    // Mostly there is none, and then nobody need wait.
    if !connection.prepare_cached(ANY_BEFORE)?.query_row([end], |row| row.get(0))? {
        return Ok(0);
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.prepare_cached(LET_GO)?.execute([end])?;
    let removed = transaction.prepare_cached(REMOVE)?.execute(params![end, column(rows as u64)])?;
    transaction.commit()?;
    Ok(removed)
}
