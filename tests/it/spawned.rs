//! Answers that are rendered in a task which the handler spawned, where the call is not known.

use crate::server::Server;
use axum::body::Body;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicU32, Ordering};
use steadfast::{
    Api, ApiVersions, Header, MemoryStore, Versioned, api_version, endpoints, get, idempotent, post,
    versioned,
};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
    #[version("2024-12-18")]
    V2024_12_18,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Order {
    #[renamed(in = "2024-12-18", was(customer))]
    customer_id: String,
}

async fn rendered_elsewhere() -> Response {
    let order = Order { customer_id: "cus_1".to_owned() };
    tokio::spawn(async { Versioned(order).into_response() }).await.unwrap()
}

#[get("/order")]
#[api_version(since = "2024-01-15", opaque)]
async fn order() -> Response {
    rendered_elsewhere().await
}

#[post("/orders")]
#[api_version(since = "2024-01-15", opaque)]
#[idempotent(ttl = "24h", scope = none)]
async fn create_order() -> Response {
    rendered_elsewhere().await
}

#[get("/redacted")]
#[api_version(since = "2024-01-15", opaque)]
async fn redacted() -> (StatusCode, Response) {
    let mut response = rendered_elsewhere().await;
    // As long as what it replaces.
    let instead = "x".repeat(r#"{"customer_id":"cus_1"}"#.len());
    *response.body_mut() = Body::from(instead);
    (StatusCode::FORBIDDEN, response)
}

async fn server() -> Server {
    let app = Api::new(endpoints![Version; order, create_order, redacted])
        .version_from(Header("Api-Version").or_default(Version::V2024_12_18))
        .idempotency(MemoryStore::new())
        .with_state(());
    Server::start(app).await
}

#[tokio::test]
async fn an_answer_rendered_elsewhere_has_the_shape_of_its_client() {
    let server = server().await;
    let old = server.get("/order", &["Api-Version: 2024-01-15"]).await;
    assert_eq!(old.body, r#"{"customer":"cus_1"}"#);
    assert_eq!(server.get("/order", &[]).await.body, r#"{"customer_id":"cus_1"}"#);
}

#[tokio::test]
async fn its_replay_is_the_same() {
    let server = server().await;
    let post = || server.post("/orders", &["Api-Version: 2024-01-15", "Idempotency-Key: k"], "");
    let (first, replay) = (post().await, post().await);
    assert_eq!(replay.header("idempotency-replayed"), Some("true"));
    assert_eq!(
        (first.body.as_str(), replay.body.as_str()),
        (r#"{"customer":"cus_1"}"#, r#"{"customer":"cus_1"}"#)
    );
}

#[tokio::test]
async fn a_body_put_in_its_place_stays() {
    let answer = server().await.get("/redacted", &["Api-Version: 2024-01-15"]).await;
    assert_eq!((answer.status, answer.body.trim_matches('x')), (403, ""));
}

/// What cannot be written, because one of its downgrades cannot be.
#[versioned]
struct Unwritable;

impl Serialize for Unwritable {
    fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("a secret"))
    }
}

static RUNS: AtomicU32 = AtomicU32::new(0);

#[post("/unwritable")]
#[api_version(since = "2024-01-15")]
#[idempotent(ttl = "24h", scope = none)]
async fn unwritable() -> (StatusCode, Versioned<Unwritable>) {
    RUNS.fetch_add(1, Ordering::SeqCst);
    (StatusCode::CREATED, Versioned(Unwritable))
}

#[tokio::test]
async fn an_answer_that_cannot_be_written_does_not_run_again() {
    let app = Api::new(endpoints![Version; unwritable])
        .version_from(Header("Api-Version").or_default(Version::V2024_12_18))
        .idempotency(MemoryStore::new())
        .with_state(());
    let server = Server::start(app).await;
    let post = || server.post("/unwritable", &["Idempotency-Key: k"], "");
    let (first, again) = (post().await, post().await);
    assert_eq!((first.status, first.problem_type().as_str()), (500, "internal-error"));
    assert!(!first.body.contains("secret"));
    assert_eq!((again.status, again.problem_type().as_str()), (410, "response-unavailable"));
    assert_eq!(RUNS.load(Ordering::SeqCst), 1);
}
