//! What older clients read, change and write back: a field that they do not know keeps what is stored.

use super::{read, show};
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::Request;
use http_body_util::BodyExt;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::{Arc, Mutex};
use steadfast::testing::laws;
use steadfast::testing::proptest::prelude::*;
use steadfast::{
    Api, ApiVersions, Date, Endpoints, Header, Idempotency, Known, MemoryStore, Versioned, api_version,
    endpoints, get, idempotent, patch, put, schema_at, versioned,
};
use tower::ServiceExt;

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-01")]
    V1,
    #[version("2025-01-01")]
    V2,
}

const V1: &str = "2024-01-01";
const V2: &str = "2025-01-01";

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Pool {
    size: u8,
    #[added(in = "2025-01-01", default)]
    labels: Known<Vec<String>>,
    #[added(in = "2025-01-01", default)]
    owner: Known<Option<String>>,
}

/// What a PATCH changes.
#[versioned]
#[derive(Debug, Serialize, Deserialize)]
struct Change {
    #[serde(default)]
    size: Known<u8>,
    #[added(in = "2025-01-01", default)]
    #[serde(default)]
    owner: Known<Option<String>>,
}

#[derive(Clone)]
struct Stored {
    size: u8,
    labels: Vec<String>,
    owner: Option<String>,
}

impl Stored {
    fn shown(&self) -> Versioned<Pool> {
        let Self { size, labels, owner } = self.clone();
        Versioned(Pool { size, labels: labels.into(), owner: owner.into() })
    }
}

type Db = Arc<Mutex<Stored>>;

#[get("/pool")]
#[api_version(since = "2024-01-01")]
async fn get_pool(State(db): State<Db>) -> Versioned<Pool> {
    db.lock().unwrap().shown()
}

#[put("/pool")]
#[api_version(since = "2024-01-01")]
#[idempotent(ttl = "24h", scope = none)]
async fn put_pool(State(db): State<Db>, Versioned(new): Versioned<Pool>) -> Versioned<Pool> {
    let mut stored = db.lock().unwrap();
    let Stored { labels, owner, .. } = stored.clone();
    *stored = Stored { size: new.size, labels: new.labels.or(labels), owner: new.owner.or(owner) };
    stored.shown()
}

#[patch("/pool")]
#[api_version(since = "2024-01-01")]
async fn patch_pool(State(db): State<Db>, Versioned(new): Versioned<Change>) -> Versioned<Pool> {
    let mut stored = db.lock().unwrap();
    let Stored { size, labels, owner } = stored.clone();
    *stored = Stored { size: new.size.or(size), labels, owner: new.owner.or(owner) };
    stored.shown()
}

/// Answers what it was given, and so what no client said.
#[put("/echo")]
#[api_version(since = "2024-01-01")]
async fn echo(pool: Versioned<Pool>) -> Versioned<Pool> {
    pool
}

fn app() -> Router {
    let stored = Stored { size: 1, labels: vec!["a".to_owned()], owner: Some("acme".to_owned()) };
    let endpoints: Endpoints<_, Db, _> = endpoints![Version; get_pool, put_pool, patch_pool, echo];
    Api::new(endpoints)
        .version_from(Header("Api-Version").or_reject())
        .idempotency(Idempotency::new(MemoryStore::new()))
        .with_state(Arc::new(Mutex::new(stored)))
}

async fn send(app: &Router, request: &str, version: &str, key: &str, body: &str) -> (u16, String) {
    let (method, path) = request.split_once(' ').unwrap();
    let request = Request::builder().method(method).uri(path).header("api-version", version);
    let request = request.header("content-type", "application/json").header("idempotency-key", key);
    let response = app.clone().oneshot(request.body(Body::from(body.to_owned())).unwrap()).await.unwrap();
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

fn ok(body: &str) -> (u16, String) {
    (200, body.to_owned())
}

#[tokio::test]
async fn older_client_writes_back_then_newer_fields_stay() {
    let app = app();
    assert_eq!(send(&app, "GET /pool", V1, "", "").await, ok(r#"{"size":1}"#));
    assert_eq!(send(&app, "PUT /pool", V1, "k1", r#"{"size":2}"#).await, ok(r#"{"size":2}"#));
    let kept = r#"{"size":2,"labels":["a"],"owner":"acme"}"#;
    assert_eq!(send(&app, "GET /pool", V2, "", "").await, ok(kept));
    // A client that knows them says what it means, also by leaving out what is an option.
    let emptied = r#"{"size":3,"labels":[],"owner":null}"#;
    assert_eq!(send(&app, "PUT /pool", V2, "k2", r#"{"size":3,"labels":[]}"#).await, ok(emptied));
    assert_eq!(send(&app, "PUT /pool", V2, "k3", r#"{"size":3}"#).await.0, 422);
}

#[tokio::test]
async fn patch_then_only_what_the_client_sends_changes() {
    let app = app();
    assert_eq!(send(&app, "PATCH /pool", V1, "", r#"{"size":2}"#).await, ok(r#"{"size":2}"#));
    let kept = r#"{"size":2,"labels":["a"],"owner":"acme"}"#;
    assert_eq!(send(&app, "PATCH /pool", V2, "", "{}").await, ok(kept));
    let cleared = r#"{"size":2,"labels":["a"],"owner":null}"#;
    assert_eq!(send(&app, "PATCH /pool", V2, "", r#"{"owner":null}"#).await, ok(cleared));
}

/// To leave a field to what is stored, and to set it to the default, are two requests.
#[tokio::test]
async fn retry_that_knows_more_then_another_request() {
    let app = app();
    send(&app, "PUT /pool", V1, "k", r#"{"size":2}"#).await;
    assert_eq!(send(&app, "PUT /pool", V1, "k", r#"{ "size": 2 }"#).await, ok(r#"{"size":2}"#));
    for body in [r#"{"size":2,"labels":[],"owner":null}"#, r#"{"size":2,"labels":["a"],"owner":"acme"}"#] {
        assert_eq!(send(&app, "PUT /pool", V2, "k", body).await.0, 422);
    }
    // Where both know the field the values count, whatever their spelling.
    let body = r#"{"size":4,"labels":["b"],"owner":null}"#;
    assert_eq!(send(&app, "PUT /pool", V2, "k2", body).await, ok(body));
    assert_eq!(send(&app, "PUT /pool", V2, "k2", r#"{"labels":["b"],"size":4}"#).await, ok(body));
}

#[tokio::test]
async fn unknown_in_a_response_then_an_error_in_versions_that_have_the_field() {
    let app = app();
    assert_eq!(send(&app, "PUT /echo", V1, "", r#"{"size":2}"#).await, ok(r#"{"size":2}"#));
    let unknown = Pool { size: 2, labels: Known::Unknown, owner: Known::Unknown };
    assert_eq!(read::<Pool>(V1, r#"{"size":2}"#).unwrap(), unknown);
    assert_eq!(show(V1, &unknown), r#"{"size":2}"#);
    let error = serde_json::to_string(&unknown).unwrap_err().to_string();
    assert!(error.starts_with("a `Known::Unknown` was written"), "{error}");
}

#[test]
fn schema_is_that_of_what_it_holds() {
    let schema = schema_at::<Pool>(Date::parse(V2).unwrap());
    let (properties, required) = (&schema.as_value()["properties"], &schema.as_value()["required"]);
    assert_eq!(properties["labels"]["type"], "array");
    assert_eq!(properties["labels"]["items"]["type"], "string");
    assert_eq!(*required, serde_json::json!(["size", "labels"]));
    let older = schema_at::<Pool>(Date::parse(V1).unwrap());
    assert_eq!(older.as_value()["properties"].as_object().unwrap().len(), 1);
}

fn pools() -> impl Strategy<Value = Pool> {
    any::<(u8, Known<Vec<String>>, Known<Option<String>>)>().prop_map(|(size, labels, owner)| Pool {
        size,
        labels,
        owner,
    })
}

laws!(pool: Pool, pools());
