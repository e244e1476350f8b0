//! Fields that do not count when a retry is compared, because their type says so.

use super::stores::stores;
use super::world::World;
use super::{Client, Version as Plain, clock};
use axum::Json;
use axum::extract::{FromRequest, Request, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use steadfast::{
    Api, ApiVersions, Fingerprint, Header, Idempotency, Versioned, api_version, endpoints, idempotent, post,
    versioned,
};

#[derive(Deserialize, Fingerprint)]
#[serde(rename_all = "camelCase")]
struct Order {
    #[serde(rename = "ref", alias = "reference")]
    #[fingerprint(skip)]
    _tracking: Option<String>,
    #[fingerprint(skip)]
    _sent_at: Option<u64>,
    _items: Vec<Item>,
    _by_name: Option<HashMap<String, Box<Item>>>,
    #[serde(flatten)]
    _device: Device,
    _method: Option<Method>,
}

#[derive(Deserialize, Fingerprint)]
struct Item {
    #[serde(rename = "sku")]
    _sku: u32,
    #[serde(rename = "seen")]
    #[fingerprint(skip)]
    _seen: Option<u32>,
    #[serde(rename = "parts", default)]
    _parts: Vec<Item>,
}

#[derive(Deserialize, Fingerprint)]
struct Device {
    #[serde(rename = "agent")]
    #[fingerprint(skip)]
    _agent: Option<String>,
}

#[derive(Deserialize, Fingerprint)]
#[serde(rename_all = "snake_case", rename_all_fields = "camelCase")]
#[allow(dead_code, reason = "only what it is read from is looked at")]
enum Method {
    Card {
        _number: String,
        #[fingerprint(skip)]
        _typed_in: Option<u32>,
    },
    Gift(Item),
    Pair(Item, #[fingerprint(skip)] u32),
    Cash,
}

/// Reads JSON, and would look at it.
struct Valid<T>(T);

impl<S: Send + Sync, T: serde::de::DeserializeOwned> FromRequest<S> for Valid<T> {
    type Rejection = axum::extract::rejection::JsonRejection;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        Json::from_request(request, state).await.map(|Json(value)| Self(value))
    }
}

type Body = Json<Order>;

async fn work(world: World) -> (StatusCode, String) {
    world.work().await
}

#[post("/json")]
#[idempotent(ttl = "24h", scope = none)]
async fn json(State(world): State<World>, _: Json<Order>) -> (StatusCode, String) {
    work(world).await
}

#[post("/alias")]
#[idempotent(ttl = "24h", scope = none)]
async fn alias(State(world): State<World>, _: Body) -> (StatusCode, String) {
    work(world).await
}

#[post("/valid")]
#[idempotent(ttl = "24h", scope = none)]
async fn valid(State(world): State<World>, order: Option<Json<Order>>) -> (StatusCode, String) {
    drop(order);
    work(world).await
}

#[post("/own")]
#[idempotent(ttl = "24h", scope = none)]
async fn own(State(world): State<World>, Valid(_order): Valid<Order>) -> (StatusCode, String) {
    work(world).await
}

#[post("/list")]
#[idempotent(ttl = "24h", scope = none)]
async fn list(State(world): State<World>, _: Json<Vec<Item>>) -> (StatusCode, String) {
    work(world).await
}

impl Client {
    /// Whether a retry with another body is the same operation.
    async fn is_same(&self, path: &str, first: &str, retry: &str, version: &str) -> bool {
        let key = &format!("{path} {}", first.len() * 1000 + retry.len()).replace('/', "");
        let key = &format!("{key}{first}{retry}")
            .bytes()
            .fold(7_u64, |hash, byte| hash.wrapping_mul(0x0000_0100_0000_01b3) ^ u64::from(byte));
        let key = &format!("{key:x}");
        let send = async |body| {
            let headers =
                [("idempotency-key", &**key), ("content-type", "application/json"), ("api-version", version)];
            self.send("POST", path, &headers, body).await
        };
        let answer = send(first).await;
        assert_eq!(answer.status, 201, "{path} {first} {}", answer.body);
        let answer = send(retry).await;
        if answer.is_replay() {
            return true;
        }
        answer.is_problem(422, "key-reused");
        false
    }
}

const PLAIN: &str = "2024-01-15";

const BASE: &str = r#"{"items":[{"sku":1,"parts":[{"sku":2}]}]}"#;

#[tokio::test]
async fn what_a_type_leaves_out_does_not_count_and_everything_else_does() {
    for store in stores(&clock()).await {
        let world = World::new();
        let client = Client(
            Api::new(endpoints![Plain; json, alias, valid, own, list])
                .version_from(Header("Api-Version").or_default(Plain::V2024_01_15))
                .idempotency(Idempotency::new(store))
                .with_state(world.clone()),
        );
        for path in ["/json", "/alias", "/valid", "/own"] {
            for retry in [
                r#"{"sentAt":4,"ref":"a","items":[{"seen":1,"sku":1,"parts":[{"sku":2,"seen":3}]}],"agent":"x"}"#,
                r#"{"reference":"b","items":[{"sku":1,"parts":[{"seen":5,"sku":2}]}]}"#,
            ] {
                assert!(client.is_same(path, BASE, retry, PLAIN).await, "{path} {retry}");
                assert!(client.is_same(path, retry, BASE, PLAIN).await, "{path} {retry}");
            }
            for retry in [
                r#"{"items":[{"sku":1,"parts":[{"sku":3}]}]}"#,
                r#"{"items":[{"sku":1,"parts":[{"sku":2}]}],"byName":null}"#,
                r#"{"items":[{"sku":1,"parts":[{"sku":2}]}],"unknown":1}"#,
                r#"{"items":[{"sku":1,"parts":[{"sku":2}]},{"sku":1}]}"#,
            ] {
                assert!(!client.is_same(path, BASE, retry, PLAIN).await, "{path} {retry}");
            }
            for (first, retry, same) in [
                (r#"{"a":{"sku":1,"seen":1}}"#, r#"{"a":{"sku":1}}"#, true),
                (r#"{"seen":{"sku":1}}"#, r#"{"seen":{"sku":2}}"#, false),
            ] {
                let with = |map| format!(r#"{{"items":[],"byName":{map}}}"#);
                assert_eq!(
                    client.is_same(path, &with(first), &with(retry), PLAIN).await,
                    same,
                    "{path} {first} {retry}"
                );
            }
            for (first, retry, same) in [
                (r#"{"card":{"number":"4","typedIn":2}}"#, r#"{"card":{"number":"4"}}"#, true),
                (r#"{"card":{"number":"4"}}"#, r#"{"card":{"number":"5"}}"#, false),
                (r#"{"gift":{"sku":1,"seen":1}}"#, r#"{"gift":{"sku":1,"seen":2}}"#, true),
                (r#"{"gift":{"sku":1}}"#, r#"{"gift":{"sku":2}}"#, false),
                (r#"{"pair":[{"sku":1,"seen":1},7]}"#, r#"{"pair":[{"sku":1},8]}"#, true),
                (r#"{"pair":[{"sku":1},7]}"#, r#"{"pair":[{"sku":2},7]}"#, false),
                (r#""cash""#, r#"{"gift":{"sku":2}}"#, false),
            ] {
                let with = |method| format!(r#"{{"items":[],"method":{method}}}"#);
                assert_eq!(
                    client.is_same(path, &with(first), &with(retry), PLAIN).await,
                    same,
                    "{path} {first} {retry}"
                );
            }
        }
        assert!(client.is_same("/list", r#"[{"sku":1,"seen":1}]"#, r#"[{"seen":2,"sku":1}]"#, PLAIN).await);
        assert!(!client.is_same("/list", r#"[{"sku":1,"seen":1}]"#, r#"[{"sku":2,"seen":1}]"#, PLAIN).await);
    }
}

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
    #[version("2025-09-30")]
    V2025_09_30,
}

/// Its time went by two other names, its count was another thing, and its trace is gone.
#[versioned]
#[derive(Serialize, Deserialize, Fingerprint)]
#[serde(rename_all = "camelCase")]
#[removed(in = "2025-09-30", was(#[fingerprint(skip)] trace_id: Option<String>), default)]
#[removed(in = "2025-09-30", was(purpose: Option<String>), default)]
struct Payment {
    amount: u64,
    #[renamed(in = "2025-09-30", was(client_time))]
    #[fingerprint(skip)]
    sent_at: Option<u64>,
    #[changed(in = "2025-09-30", was(#[serde(alias = "tries")] try_count: Option<String>), upgrade = parsed, downgrade = shown)]
    #[fingerprint(skip)]
    attempt: Option<u64>,
    #[changed(in = "2025-09-30", was(lines: Vec<OldLine>), upgrade = newer, downgrade = older)]
    items: Vec<Line>,
}

#[versioned]
#[derive(Serialize, Deserialize, Fingerprint)]
struct Line {
    sku: u32,
    #[fingerprint(skip)]
    seen: Option<u32>,
}

#[versioned]
#[derive(Serialize, Deserialize, Fingerprint)]
struct OldLine {
    article: u32,
    #[fingerprint(skip)]
    viewed: Option<u32>,
}

fn parsed(count: Option<String>) -> Option<u64> {
    count.and_then(|count| count.parse().ok())
}

#[allow(clippy::ref_option, reason = "the macro hands a reference")]
fn shown(count: &Option<u64>) -> Option<String> {
    count.map(|count| count.to_string())
}

fn newer(lines: Vec<OldLine>) -> Vec<Line> {
    lines.into_iter().map(|line| Line { sku: line.article, seen: line.viewed }).collect()
}

fn older(items: &[Line]) -> Vec<OldLine> {
    items.iter().map(|item| OldLine { article: item.sku, viewed: item.seen }).collect()
}

#[post("/payments")]
#[api_version(since = "2024-01-15")]
#[idempotent(ttl = "24h", scope = none)]
async fn pay(State(world): State<World>, Versioned(payment): Versioned<Payment>) -> (StatusCode, String) {
    drop(payment);
    work(world).await
}

#[tokio::test]
async fn what_does_not_count_went_by_other_names() {
    for store in stores(&clock()).await {
        let world = World::new();
        let client = Client(
            Api::new(endpoints![Version; pay])
                .version_from(Header("Api-Version").or_default(Version::V2025_09_30))
                .idempotency(Idempotency::new(store))
                .with_state(world.clone()),
        );
        let (new, old) = ("2025-09-30", "2024-01-15");
        for (version, first, retry, same) in [
            (
                new,
                r#"{"amount":5,"sentAt":1,"items":[{"sku":1,"seen":1}]}"#,
                r#"{"amount":5,"sentAt":2,"attempt":2,"items":[{"sku":1}]}"#,
                true,
            ),
            (new, r#"{"amount":5,"items":[]}"#, r#"{"amount":6,"items":[]}"#, false),
            (
                old,
                r#"{"amount":5,"clientTime":1,"tryCount":"1","traceId":"a","lines":[{"article":1,"viewed":1}]}"#,
                r#"{"amount":5,"clientTime":2,"tries":"2","traceId":"b","lines":[{"article":1,"viewed":2}]}"#,
                true,
            ),
            (old, r#"{"amount":5,"lines":[]}"#, r#"{"amount":5,"lines":[{"article":1}]}"#, false),
            (
                old,
                r#"{"amount":5,"lines":[{"article":1}]}"#,
                r#"{"amount":5,"lines":[{"article":2}]}"#,
                false,
            ),
            (
                old,
                r#"{"amount":5,"purpose":"a","lines":[]}"#,
                r#"{"amount":5,"purpose":"b","lines":[]}"#,
                false,
            ),
        ] {
            assert_eq!(client.is_same("/payments", first, retry, version).await, same, "{first} {retry}");
        }
    }
}
