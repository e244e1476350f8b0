//! A whole idempotent request in process whose answer has a kibibyte, by whether the record of it is sealed.

use super::{Table, fingerprint};
use axum::body::{Body, Bytes};
use axum::http::Request;
use axum::routing::post;
use axum::{Extension, Router};
use std::cell::Cell;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;
use steadfast::idempotency::{KeyRing, Store};
use steadfast::{Idempotency, IdempotencyLayer, MemoryStore, SqliteStore};
use tower::ServiceExt;

const CALLS_A_ROUND: u32 = 200;

/// More than any run makes.
const RECORDS: usize = 20_000_000;

pub(super) fn table() -> Result<Table, Box<dyn Error>> {
    let mut table = Table::new(CALLS_A_ROUND);
    for store in ["memory", "SQLite"] {
        for kind in ["first request", "replay"] {
            let named = |keys: &str| format!("{store}, {keys}, {kind}");
            for keys in ["plain", "sealed"] {
                row(&mut table, named(keys), store == "SQLite", keys == "sealed", kind == "replay")?;
            }
            table.above(format!("{store}, {kind}: what sealing adds"), named("sealed"), named("plain"));
        }
    }
    Ok(table)
}

fn row(
    table: &mut Table,
    name: String,
    is_file: bool,
    is_sealed: bool,
    is_replay: bool,
) -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let router = if is_file {
        let folder = tempfile::tempdir()?;
        let store = runtime.block_on(SqliteStore::open(folder.path().join("sealed.sqlite")))?;
        router(store, is_sealed).layer(Extension(Arc::new(folder)))
    } else {
        router(MemoryStore::new().capacity(RECORDS), is_sealed)
    };
    let body = Bytes::from(fingerprint::body(1 << 10));
    let number = Cell::new(0);
    let request = move || {
        number.set(number.get() + u64::from(!is_replay));
        let key = format!("payment-{}", number.get());
        let request = Request::post("/payments").header("idempotency-key", key);
        request.body(Body::from(body.clone())).unwrap_or_default()
    };
    let first = runtime.block_on(router.clone().oneshot(request()))?;
    if !first.status().is_success() {
        return Err(format!("{name}: answered {}", first.status()).into());
    }
    table.row(name, request, move |request| runtime.block_on(router.clone().oneshot(request)));
    Ok(())
}

fn router(store: impl Store, is_sealed: bool) -> Router {
    let mut idempotency = Idempotency::new(store);
    if is_sealed {
        idempotency = idempotency.sealed(KeyRing::new("measured", &[7; 32]));
    }
    let once = IdempotencyLayer::new(idempotency, Duration::from_hours(24)).scope_global();
    Router::new().route("/payments", post(async |body: Bytes| body)).layer(once)
}
