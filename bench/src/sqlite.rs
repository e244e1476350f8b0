//! The endpoint with its records in a SQLite file, and with an insert of its own.

use crate::history::Version;
use crate::payment::Payment;
use axum::extract::{Json, State};
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Extension, Router};
use sqlx::SqlitePool;
use std::error::Error;
use std::sync::Arc;
use steadfast::{Api, Header, Sqlite, SqliteStore, Tx, Versioned, endpoints, idempotent, post};
use tempfile::TempDir;

const INSERT: &str = "INSERT INTO payments (payment) VALUES (?1)";

/// A store in a file of its own. Whoever serves requests with it keeps the folder.
async fn store() -> Result<(SqliteStore, Extension<Arc<TempDir>>), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let store = SqliteStore::open(folder.path().join("payments.sqlite")).await?;
    sqlx::query("CREATE TABLE payments (id INTEGER PRIMARY KEY, payment TEXT NOT NULL)")
        .execute(store.pool())
        .await?;
    Ok((store, Extension(Arc::new(folder))))
}

pub(crate) async fn separate() -> Result<Router, Box<dyn Error>> {
    #[post("/payments")]
    #[idempotent(ttl = "24h", scope = none)]
    async fn create(Versioned(payment): Versioned<Payment>) -> Versioned<Payment> {
        Versioned(payment)
    }
    let (store, folder) = store().await?;
    let api = Api::new(endpoints![Version; create]).version_from(Header("Api-Version").or_reject());
    Ok(api.idempotency(store).with_state(()).layer(folder))
}

pub(crate) async fn transactional() -> Result<Router, Box<dyn Error>> {
    #[post("/payments")]
    #[idempotent(ttl = "24h", scope = none)]
    async fn create(
        mut tx: Tx<Sqlite>,
        Versioned(payment): Versioned<Payment>,
    ) -> Result<Versioned<Payment>, StatusCode> {
        let text = serde_json::to_string(&payment).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
        sqlx::query(INSERT)
            .bind(text)
            .execute(&mut *tx)
            .await
            .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
        Ok(Versioned(payment))
    }
    let (store, folder) = store().await?;
    let api = Api::new(endpoints![Version; create]).version_from(Header("Api-Version").or_reject());
    Ok(api.idempotency(store).with_state(()).layer(folder))
}

/// The insert by itself: what the transaction with a record is compared with.
pub(crate) async fn insert() -> Result<Router, Box<dyn Error>> {
    async fn create(
        State(pool): State<SqlitePool>,
        Json(payment): Json<Payment>,
    ) -> Result<Json<Payment>, StatusCode> {
        let text = serde_json::to_string(&payment).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
        sqlx::query(INSERT).bind(text).execute(&pool).await.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
        Ok(Json(payment))
    }
    let (store, folder) = store().await?;
    let router = Router::new().route("/payments", post(create));
    Ok(router.layer(folder).with_state(store.pool().clone()))
}
