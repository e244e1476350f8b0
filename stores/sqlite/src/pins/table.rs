use crate::now;
use crate::options::BUSY_TIMEOUT;
use crate::statements::column;
use sqlx::{SqliteExecutor, SqlitePool};
use steadfast_core::{Date, SystemClock};
use steadfast_pins::{PinStore, PinStoreError};
use tokio::sync::{Mutex, MutexGuard};

const CREATE: &str = "
CREATE TABLE IF NOT EXISTS steadfast_pins (
    caller    TEXT PRIMARY KEY,
    version   INTEGER NOT NULL,
    pinned_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID";

/// The table without the cache before it.
#[derive(Debug)]
pub(super) struct Table {
    pool: SqlitePool,
    /// The queue of the writers of this store, which is fair. SQLite's own waiting is not, and when many callers call for
    /// the first time at once it may let one of them wait for too long.
    queue: Mutex<()>,
}

impl Table {
    /// Creates the table if it is missing. Several processes may do so at once: one of them does, the others wait.
    pub(super) async fn prepare(pool: SqlitePool) -> Result<Self, PinStoreError> {
        sqlx::query(CREATE).execute(&pool).await.map_err(PinStoreError::new)?;
        // There may be another table of that name, which is better found now than by the first request.
        let columns = sqlx::query("SELECT caller, version, pinned_at FROM steadfast_pins LIMIT 0");
        columns.execute(&pool).await.map_err(PinStoreError::new)?;
        Ok(Self { pool, queue: Mutex::default() })
    }

    async fn enter(&self) -> Result<MutexGuard<'_, ()>, PinStoreError> {
        let permit = tokio::time::timeout(BUSY_TIMEOUT, self.queue.lock()).await;
        permit.map_err(|_| PinStoreError::new("other writers have held the database for too long"))
    }
}

impl PinStore for Table {
    async fn pin_first(&self, caller: &str, newest: Date) -> Result<Date, PinStoreError> {
        if let Some(version) = read(&self.pool, caller).await? {
            return Ok(version);
        }
        let _permit = self.enter().await?;
        sqlx::query(
            "INSERT INTO steadfast_pins (caller, version, pinned_at) VALUES (?1, ?2, ?3) \
             ON CONFLICT (caller) DO NOTHING",
        )
        .bind(caller)
        .bind(newest.number())
        .bind(column(now(&SystemClock)))
        .execute(&self.pool)
        .await
        .map_err(PinStoreError::new)?;
        // Not `newest`, because another process may have been first.
        read(&self.pool, caller)
            .await?
            .ok_or_else(|| PinStoreError::new("a pin was deleted while it was being set"))
    }

    async fn get(&self, caller: &str) -> Result<Option<Date>, PinStoreError> {
        read(&self.pool, caller).await
    }

    async fn set(&self, caller: &str, version: Date) -> Result<(), PinStoreError> {
        let _permit = self.enter().await?;
        sqlx::query(
            "INSERT INTO steadfast_pins (caller, version, pinned_at) VALUES (?1, ?2, ?3) \
             ON CONFLICT (caller) DO UPDATE SET version = excluded.version, pinned_at = excluded.pinned_at",
        )
        .bind(caller)
        .bind(version.number())
        .bind(column(now(&SystemClock)))
        .execute(&self.pool)
        .await
        .map_err(PinStoreError::new)?;
        Ok(())
    }
}

async fn read(connection: impl SqliteExecutor<'_>, caller: &str) -> Result<Option<Date>, PinStoreError> {
    let number: Option<i64> = sqlx::query_scalar("SELECT version FROM steadfast_pins WHERE caller = ?1")
        .bind(caller)
        .fetch_optional(connection)
        .await
        .map_err(PinStoreError::new)?;
    number.map(decode).transpose()
}

fn decode(number: i64) -> Result<Date, PinStoreError> {
    let date = u32::try_from(number).ok().and_then(Date::from_number);
    date.ok_or_else(|| PinStoreError::new(format!("the stored version {number} is not a day, YYYYMMDD")))
}
