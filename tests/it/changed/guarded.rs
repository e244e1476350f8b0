//! Idempotent endpoints: what is stored is what the client of the served version saw.

use super::{Answer, V1, V3, V4, Version, call};
use axum::Router;
use axum::extract::{FromRequestParts, Query};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::sync::atomic::{AtomicU32, Ordering};
use steadfast::{
    Api, Created, DescribeResponse, Header, Scope, Sqlite, SqliteStore, Tx, Versioned, api_version,
    endpoints, idempotent, post, versioned,
};

struct Customer;

impl Scope for Customer {
    fn scope(&self) -> Cow<'_, str> {
        Cow::Borrowed("acme")
    }
}

impl<S: Sync> FromRequestParts<S> for Customer {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        if parts.headers.contains_key("authorization") { Ok(Self) } else { Err(StatusCode::UNAUTHORIZED) }
    }
}

#[versioned]
#[derive(Deserialize)]
struct OldExpand {
    expand: Option<String>,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Charge {
    amount: i64,
    expand: Option<String>,
}

#[versioned]
#[derive(Deserialize)]
struct OldCharge {
    amount: i64,
}

fn expand_into_body(
    Query(OldExpand { expand }): Query<OldExpand>,
    Versioned(OldCharge { amount }): Versioned<OldCharge>,
) -> Result<Versioned<Charge>, &'static str> {
    if expand.as_deref() == Some("no") { Err("not that") } else { Ok(Versioned(Charge { amount, expand })) }
}

fn in_words(created: Created<Versioned<Charge>>) -> Created<String> {
    let Charge { amount, expand } = &created.body().0;
    Created::at(created.location(), format!("{amount} {expand:?}"))
}

static RUNS: AtomicU32 = AtomicU32::new(0);

#[post("/charges")]
#[idempotent(ttl = "24h", scope = Customer)]
#[api_version(
    since = "2024-01-15",
    changed(
        in = "2025-09-30",
        request(was(Query<OldExpand>, Versioned<OldCharge>), into(Versioned<Charge>), upgrade = expand_into_body),
        response(downgrade = in_words),
    ),
    changed(in = "2025-03-31", status(201, was = 200), header("Location", was = "X-Location"), status(401, was = 403)),
)]
async fn create(_customer: Customer, Versioned(new): Versioned<Charge>) -> Created<Versioned<Charge>> {
    RUNS.fetch_add(1, Ordering::Relaxed);
    Created::at("/charges/1", Versioned(new))
}

static CONFLICTS: AtomicU32 = AtomicU32::new(0);

/// What ends the operation is what the handler says, whatever an older client hears.
#[post("/conflicts")]
#[idempotent(ttl = "24h", scope = global, authorize(none))]
#[api_version(
    since = "2024-01-15",
    changed(in = "2025-03-31", status(409, was = 503), status(503, was = 409))
)]
async fn conflict(body: String) -> StatusCode {
    CONFLICTS.fetch_add(1, Ordering::Relaxed);
    if body == "conflict" { StatusCode::CONFLICT } else { StatusCode::SERVICE_UNAVAILABLE }
}

async fn insert(tx: &mut Tx<Sqlite>, name: &str) -> i64 {
    sqlx::query("INSERT INTO names (name) VALUES (?)").bind(name).execute(&mut **tx).await.unwrap();
    let (count,): (i64,) = sqlx::query_as("SELECT count(*) FROM names").fetch_one(&mut **tx).await.unwrap();
    count
}

struct Count(i64);

impl DescribeResponse for Count {
    type Body = ();
}

impl IntoResponse for Count {
    fn into_response(self) -> Response {
        (if self.0 > 1 { StatusCode::CONFLICT } else { StatusCode::CREATED }, self.0.to_string())
            .into_response()
    }
}

fn from_query(Query(OldExpand { expand }): Query<OldExpand>) -> String {
    expand.unwrap_or_default()
}

#[post("/names")]
#[idempotent(ttl = "24h", scope = global, authorize(none))]
#[api_version(
    since = "2024-01-15",
    changed(
        in = "2025-03-31",
        request(was(Query<OldExpand>), into(String), upgrade = from_query),
        status(201, was = 200),
        status(409, was = 200),
    ),
)]
async fn name(mut tx: Tx<Sqlite>, name: String) -> Count {
    Count(insert(&mut tx, &name).await)
}

async fn router() -> (Router, SqliteStore, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path().join("names.db")).await.unwrap();
    sqlx::query("CREATE TABLE names (name TEXT NOT NULL)").execute(store.pool()).await.unwrap();
    let clock = steadfast::FixedClock::at_start_of(steadfast::Date::parse("2025-12-01").unwrap());
    let router = Api::new(endpoints![Version; create, conflict, name])
        .version_from(Header("Api-Version").or_reject())
        .clock(clock)
        .idempotency(store.clone())
        .with_state(());
    (router, store, folder)
}

async fn keyed(app: &Router, request: &str, version: &str, key: &str, body: &str) -> Answer {
    let key = format!("\"{key}\"");
    call(app, request, version, &[("idempotency-key", &key), ("authorization", "acme")], body).await
}

#[tokio::test]
async fn a_retry_hears_what_its_version_heard() {
    let (app, _store, _folder) = router().await;
    for (version, key, status, location, body) in [
        (V1, "one", 200, "x-location", r#"5 Some("a")"#),
        (V3, "two", 201, "location", r#"5 Some("a")"#),
        (V4, "three", 201, "location", r#"{"amount":5,"expand":null}"#),
    ] {
        let runs = RUNS.load(Ordering::Relaxed);
        for replayed in [0, 1] {
            let answer = keyed(&app, "POST /charges?expand=a", version, key, r#"{"amount":5}"#).await;
            assert_eq!((answer.status, answer.body.as_str()), (status, body), "{version}");
            assert_eq!(answer.all(location), ["/charges/1"]);
            assert_eq!(answer.all("idempotency-replayed").len(), replayed);
            assert_eq!(answer.all("api-version"), [version]);
        }
        assert_eq!(RUNS.load(Ordering::Relaxed), runs + 1);
    }
    // A refusal of the caller has the status of its version too.
    for (version, status) in [(V1, 403), (V3, 401), (V4, 401)] {
        let answer = call(&app, "POST /charges", version, &[("idempotency-key", "\"k\"")], "{}").await;
        assert_eq!(answer.status, status);
    }
}

#[tokio::test]
async fn what_an_upgrade_refuses_uses_up_no_key() {
    let (app, _store, _folder) = router().await;
    for (uri, status, replayed) in [("no", 422, 0), ("no", 422, 0)] {
        let answer = keyed(&app, &format!("POST /charges?expand={uri}"), V3, "k", r#"{"amount":5}"#).await;
        assert_eq!((answer.status, answer.all("idempotency-replayed").len()), (status, replayed));
    }
    // The same key is free for another request.
    let answer = keyed(&app, "POST /charges?expand=yes", V3, "k", r#"{"amount":6}"#).await;
    assert_eq!((answer.status, answer.body.as_str()), (201, r#"6 Some("yes")"#));
}

#[tokio::test]
async fn the_handler_decides_whether_a_retry_runs_again() {
    let (app, _store, _folder) = router().await;
    for (sent, version, status, runs) in
        [("conflict", V1, 503, 1), ("conflict", V4, 409, 1), ("later", V1, 409, 2), ("later", V4, 503, 2)]
    {
        let before = CONFLICTS.load(Ordering::Relaxed);
        for _ in 0..2 {
            let key = format!("{sent} {version}");
            let answer = keyed(&app, "POST /conflicts", version, &key, sent).await;
            assert_eq!(answer.status, status, "{sent} {version}");
        }
        assert_eq!(CONFLICTS.load(Ordering::Relaxed) - before, runs, "{sent} {version}");
    }
}

#[tokio::test]
async fn a_transaction_is_committed_or_not_as_the_handler_says() {
    let (app, store, _folder) = router().await;
    let rows = || async {
        let (rows,): (i64,) =
            sqlx::query_as("SELECT count(*) FROM names").fetch_one(store.pool()).await.unwrap();
        rows
    };
    for (key, replayed) in [("a", 0), ("a", 1)] {
        let answer = keyed(&app, "POST /names?expand=a", V1, key, "").await;
        assert_eq!((answer.status, answer.body.as_str()), (200, "1"));
        assert_eq!(answer.all("idempotency-replayed").len(), replayed);
    }
    assert_eq!(rows().await, 1);
    // The handler answers 409, and what it wrote is undone, although the client of this version hears 200.
    let answer = keyed(&app, "POST /names?expand=b", V1, "b", "").await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "2"));
    assert_eq!(rows().await, 1);
}
