//! One API with two versions.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use steadfast::{
    Api, ApiVersions, Header, MemoryStore, Sqlite, SqliteStore, Tx, Versioned, api_version, endpoints, get,
    idempotent, post, versioned,
};

#[derive(ApiVersions)]
pub(crate) enum Version {
    #[version("2024-01-15")]
    V1,
    #[version("2025-01-15")]
    V2,
}

pub(crate) const V1: &str = "2024-01-15";
pub(crate) const V2: &str = "2025-01-15";

#[versioned]
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Reading {
    #[renamed(in = "2025-01-15", was(value))]
    celsius: f64,
    sensor: String,
}

/// How often a handler ran.
#[derive(Debug, Clone, Default)]
pub(crate) struct Calls(Arc<AtomicU32>);

impl Calls {
    fn enter(&self) {
        self.0.fetch_add(1, SeqCst);
    }

    pub(crate) fn count(&self) -> u32 {
        self.0.load(SeqCst)
    }
}

#[get("/version")]
#[api_version(since = "2024-01-15")]
async fn version(version: Version) -> String {
    version.to_string()
}

#[get("/sensors")]
#[api_version(since = "2025-01-15")]
async fn sensors() -> &'static str {
    "roof"
}

#[post("/echo")]
#[api_version(since = "2024-01-15")]
async fn echo(Versioned(reading): Versioned<Reading>) -> Versioned<Reading> {
    Versioned(reading)
}

#[post("/readings")]
#[api_version(since = "2024-01-15")]
#[idempotent(ttl = "24h", scope = none)]
async fn record(State(calls): State<Calls>, Versioned(reading): Versioned<Reading>) -> Versioned<Reading> {
    calls.enter();
    Versioned(reading)
}

/// Fails after its insert if the sensor is called `broken`.
#[post("/inserted")]
#[api_version(since = "2024-01-15")]
#[idempotent(ttl = "24h", scope = none)]
async fn insert(
    State(calls): State<Calls>,
    mut tx: Tx<Sqlite>,
    Versioned(reading): Versioned<Reading>,
) -> Result<Versioned<Reading>, StatusCode> {
    calls.enter();
    sqlx::query("INSERT INTO readings (celsius) VALUES (?1)")
        .bind(reading.celsius)
        .execute(&mut *tx)
        .await
        .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    if reading.sensor == "broken" { Err(StatusCode::SERVICE_UNAVAILABLE) } else { Ok(Versioned(reading)) }
}

/// The API without the endpoint that needs a transaction.
pub(crate) fn in_memory(calls: &Calls) -> Router {
    Api::new(endpoints![Version; version, sensors, echo, record])
        .version_from(Header("Api-Version").or_reject())
        .idempotency(MemoryStore::new())
        .with_state(calls.clone())
}

/// The API with every endpoint, whose readings go into a table of the store's database.
pub(crate) async fn in_sqlite(store: SqliteStore, calls: &Calls) -> Router {
    sqlx::query("CREATE TABLE IF NOT EXISTS readings (celsius REAL NOT NULL)")
        .execute(store.pool())
        .await
        .unwrap();
    Api::new(endpoints![Version; version, sensors, echo, record, insert])
        .version_from(Header("Api-Version").or_reject())
        .idempotency(store)
        .with_state(calls.clone())
}
