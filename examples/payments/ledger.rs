//! The tables: ordinary SQL, without a word about versions or retries.
//!
//! Handlers that write pass the transaction they were given, so what is written here is committed together with the
//! idempotency record. The number of rows is the number of times money moved.

use crate::merchant::Merchant;
use crate::metadata::Metadata;
use crate::money::Money;
use crate::payment::{Payment, Priority, Status};
use crate::refund::Refund;
use sqlx::sqlite::SqliteRow;
use sqlx::{Result, Row, SqliteConnection, SqlitePool};

pub async fn create_tables(pool: &SqlitePool) -> Result<()> {
    sqlx::raw_sql(
        "CREATE TABLE IF NOT EXISTS payments (
             position   INTEGER PRIMARY KEY AUTOINCREMENT,
             id         TEXT NOT NULL UNIQUE,
             merchant   TEXT NOT NULL,
             value      INTEGER NOT NULL,
             currency   TEXT NOT NULL,
             customer   TEXT NOT NULL,
             status     TEXT NOT NULL,
             priority   TEXT NOT NULL,
             created_at TEXT NOT NULL,
             metadata   TEXT NOT NULL
         ) STRICT;
         CREATE INDEX IF NOT EXISTS payments_merchant ON payments (merchant, position);
         CREATE TABLE IF NOT EXISTS refunds (
             id         TEXT PRIMARY KEY,
             payment    TEXT NOT NULL REFERENCES payments (id),
             value      INTEGER NOT NULL,
             currency   TEXT NOT NULL,
             created_at TEXT NOT NULL
         ) STRICT;
         CREATE INDEX IF NOT EXISTS refunds_payment ON refunds (payment);",
    )
    .execute(pool)
    .await?;
    Ok(())
}

pub async fn insert_payment(db: &mut SqliteConnection, merchant: Merchant, payment: &Payment) -> Result<()> {
    sqlx::query(
        "INSERT INTO payments (id, merchant, value, currency, customer, status, priority, created_at, metadata)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )
    .bind(&payment.id)
    .bind(merchant.id())
    .bind(payment.amount.value)
    .bind(&payment.amount.currency)
    .bind(&payment.customer_id)
    .bind(payment.status.name())
    .bind(payment.priority.name())
    .bind(payment.created_at.to_rfc3339())
    .bind(metadata_text(&payment.metadata))
    .execute(db)
    .await?;
    Ok(())
}

/// The payment, if it is this merchant's.
pub async fn payment(db: &mut SqliteConnection, merchant: Merchant, id: &str) -> Result<Option<Payment>> {
    let row = sqlx::query("SELECT * FROM payments WHERE id = ?1 AND merchant = ?2")
        .bind(id)
        .bind(merchant.id())
        .fetch_optional(db)
        .await?;
    row.as_ref().map(read_payment).transpose()
}

/// The merchant's payments, newest first.
pub async fn payments(db: &mut SqliteConnection, merchant: Merchant, limit: u8) -> Result<Vec<Payment>> {
    let rows = sqlx::query("SELECT * FROM payments WHERE merchant = ?1 ORDER BY position DESC LIMIT ?2")
        .bind(merchant.id())
        .bind(limit)
        .fetch_all(db)
        .await?;
    rows.iter().map(read_payment).collect()
}

pub async fn count_payments(db: &mut SqliteConnection, merchant: Merchant) -> Result<i64> {
    sqlx::query_scalar("SELECT COUNT(*) FROM payments WHERE merchant = ?1")
        .bind(merchant.id())
        .fetch_one(db)
        .await
}

/// Writes what can change of a payment: its status and its metadata.
pub async fn update_payment(db: &mut SqliteConnection, payment: &Payment) -> Result<()> {
    sqlx::query("UPDATE payments SET status = ?2, metadata = ?3 WHERE id = ?1")
        .bind(&payment.id)
        .bind(payment.status.name())
        .bind(metadata_text(&payment.metadata))
        .execute(db)
        .await?;
    Ok(())
}

pub async fn insert_refund(db: &mut SqliteConnection, refund: &Refund) -> Result<()> {
    sqlx::query("INSERT INTO refunds (id, payment, value, currency, created_at) VALUES (?1, ?2, ?3, ?4, ?5)")
        .bind(&refund.id)
        .bind(&refund.payment)
        .bind(refund.amount.value)
        .bind(&refund.amount.currency)
        .bind(refund.created_at.to_rfc3339())
        .execute(db)
        .await?;
    Ok(())
}

/// How much of a payment was given back.
pub async fn refunded(db: &mut SqliteConnection, payment: &Payment) -> Result<i64> {
    sqlx::query_scalar("SELECT COALESCE(SUM(value), 0) FROM refunds WHERE payment = ?1")
        .bind(&payment.id)
        .fetch_one(db)
        .await
}

fn metadata_text(metadata: &Metadata) -> String {
    serde_json::Value::from(metadata.clone()).to_string()
}

fn read_payment(row: &SqliteRow) -> Result<Payment> {
    Ok(Payment {
        id: row.try_get("id")?,
        amount: Money { value: row.try_get("value")?, currency: row.try_get("currency")? },
        customer_id: row.try_get("customer")?,
        status: read(row, "status", |name| Status::named(name).ok_or("no such status"))?,
        priority: read(row, "priority", |name| Priority::named(name).ok_or("no such priority"))?,
        created_at: read(row, "created_at", str::parse)?,
        metadata: read(row, "metadata", |text| serde_json::from_str(text))?,
    })
}

/// A column that is stored as text.
fn read<T, E>(row: &SqliteRow, column: &str, parse: impl Fn(&str) -> std::result::Result<T, E>) -> Result<T>
where
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    parse(row.try_get(column)?)
        .map_err(|error| sqlx::Error::ColumnDecode { index: column.to_owned(), source: error.into() })
}
