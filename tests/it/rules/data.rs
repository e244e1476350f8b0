//! S24–S29, S33, S34: in what shape data reaches a handler and leaves it.

use super::{Version, while_all_live};
use crate::server::{Answer, Server};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicU32, Ordering};
use steadfast::{Api, Header, Problem, Versioned, api_version, endpoints, post, versioned};

const ALL: [&str; 3] = ["2024-01-01", "2024-12-18", "2025-07-01"];

/// Every change leaves its mark, so that a text tells what was done to it, in which order.
#[versioned]
#[derive(Serialize, Deserialize)]
struct Marked {
    #[changed(in = "2025-07-01", was(text: String), upgrade = |t: String| t + ">2", downgrade = |t: &String| format!("{t}<2"))]
    #[changed(in = "2024-12-18", was(text: String), upgrade = |t: String| t + ">1", downgrade = |t: &String| format!("{t}<1"))]
    text: String,
}

#[post("/marked")]
#[api_version(since = "2024-01-01")]
async fn marked(Versioned(marked): Versioned<Marked>) -> Versioned<Marked> {
    Versioned(Marked { text: format!("[{}]", marked.text) })
}

#[versioned]
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    Open,
    Closed,
    Disputed,
}

#[versioned]
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum StatusThen {
    Open,
    Closed,
}

impl Status {
    fn from_then(then: StatusThen) -> Self {
        match then {
            StatusThen::Open => Self::Open,
            StatusThen::Closed => Self::Closed,
        }
    }

    #[allow(clippy::trivially_copy_pass_by_ref, reason = "a downgrade borrows")]
    fn then(&self) -> StatusThen {
        match self {
            Self::Open => StatusThen::Open,
            Self::Closed | Self::Disputed => StatusThen::Closed,
        }
    }
}

fn usd() -> String {
    "usd".to_owned()
}

fn eur() -> String {
    "eur".to_owned()
}

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Money {
    value: i64,
    #[serde(default = "eur")]
    currency: String,
}

impl Money {
    fn upgrade(cents: i64, currency: String) -> Result<Self, &'static str> {
        if cents < 0 {
            return Err("an amount is not negative");
        }
        Ok(Self { value: cents, currency })
    }

    fn downgrade(&self) -> (i64, String) {
        (self.value, self.currency.clone())
    }
}

#[versioned]
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    #[changed(
        in = "2024-12-18",
        was(cents: i64, #[serde(default = "usd")] currency: String),
        upgrade = Money::upgrade,
        downgrade = Money::downgrade,
    )]
    total: Money,
    #[changed(in = "2025-07-01", was(#[serde(default = "open")] status: StatusThen), upgrade = Status::from_then, downgrade = Status::then)]
    #[serde(default = "disputed")]
    status: Status,
    #[serde(default)]
    note: Option<String>,
}

fn open() -> StatusThen {
    StatusThen::Open
}

fn disputed() -> Status {
    Status::Disputed
}

/// How often a body of [`Counted`] went up; only one test sends any.
static UPGRADES: AtomicU32 = AtomicU32::new(0);

#[versioned]
#[derive(Deserialize)]
struct Counted {
    #[changed(in = "2024-12-18", was(cents: i64), upgrade = count)]
    total: i64,
}

fn count(cents: i64) -> i64 {
    UPGRADES.fetch_add(1, Ordering::SeqCst);
    cents
}

/// Says what it saw, whatever the version.
#[post("/orders")]
#[api_version(since = "2024-01-01")]
async fn see(Versioned(order): Versioned<Order>) -> String {
    format!("{} {} {:?} {:?}", order.total.value, order.total.currency, order.status, order.note)
}

#[post("/orders/{id}")]
#[api_version(since = "2024-01-01")]
async fn see_all(
    State(state): State<&'static str>,
    Path(id): Path<String>,
    Query(query): Query<Vec<(String, String)>>,
    headers: HeaderMap,
    version: Version,
    Versioned(counted): Versioned<Counted>,
) -> String {
    let header = headers["x-note"].to_str().unwrap();
    format!("{state} {id} {query:?} {header} {version} {}", counted.total)
}

#[post("/disputes")]
#[api_version(since = "2024-01-01")]
async fn dispute() -> Versioned<Order> {
    let total = Money { value: 1, currency: eur() };
    Versioned(Order { total, status: Status::Disputed, note: None })
}

#[versioned]
#[derive(Serialize)]
struct Refusal {
    #[renamed(in = "2024-12-18", was(error))]
    reason: &'static str,
}

#[post("/refusals/{kind}")]
#[api_version(since = "2024-01-01", opaque)]
async fn refuse(Path(kind): Path<String>) -> Result<StatusCode, axum::response::Response> {
    if kind == "problem" {
        return Err(Problem::new(StatusCode::CONFLICT, "https://example.com/late", "Late").into_response());
    }
    Err((StatusCode::CONFLICT, [("x-own", "yes")], Versioned(Refusal { reason: "late" })).into_response())
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Lenient {
    #[renamed(in = "2024-12-18", was(name))]
    title: String,
}

#[post("/lenient")]
#[api_version(since = "2024-01-01")]
async fn lenient(Versioned(Lenient { title }): Versioned<Lenient>) -> Versioned<Lenient> {
    Versioned(Lenient { title })
}

async fn server() -> Server {
    let endpoints = endpoints![Version; marked, see, see_all, dispute, refuse, lenient];
    let app = Api::new(endpoints)
        .version_from(Header("Api-Version").or_reject())
        .clock(while_all_live())
        .with_state("state");
    Server::start(app).await
}

async fn post_json(server: &Server, path: &str, version: &str, body: &str) -> Answer {
    server.post(path, &[&format!("Api-Version: {version}"), "Content-Type: application/json"], body).await
}

#[tokio::test]
async fn s24_requests_go_up_and_answers_down_one_version_at_a_time() {
    let server = server().await;
    for (version, text) in [("2024-01-01", "[x>1>2]<2<1"), ("2024-12-18", "[x>2]<2"), ("2025-07-01", "[x]")] {
        let answer = post_json(&server, "/marked", version, r#"{"text":"x"}"#).await;
        assert_eq!(answer.body, format!(r#"{{"text":"{text}"}}"#), "{version}");
    }
}

#[tokio::test]
async fn s25_a_change_reaches_the_versions_before_the_one_it_came_in() {
    let server = server().await;
    for (requested, text) in [
        ("2024-12-17", "[x>1>2]<2<1"),
        ("2024-12-18", "[x>2]<2"),
        // What counts is the served version, not the requested day.
        ("2025-06-30", "[x>2]<2"),
        ("2025-07-01", "[x]"),
        ("2025-07-02", "[x]"),
    ] {
        let answer = post_json(&server, "/marked", requested, r#"{"text":"x"}"#).await;
        assert_eq!(answer.body, format!(r#"{{"text":"{text}"}}"#), "{requested}");
    }
}

#[tokio::test]
async fn s26_a_body_is_judged_by_the_shape_of_its_own_version_first() {
    let server = server().await;
    let (old, new) = (r#"{"cents":5}"#, r#"{"total":{"value":5}}"#);
    for (version, body, status, word) in [
        ("2024-01-01", old, 200, ""),
        ("2024-12-18", new, 200, ""),
        // Both shapes are known to the type, but not to the version.
        ("2024-01-01", new, 422, "total"),
        ("2024-12-18", old, 422, "cents"),
        ("2024-01-01", r#"{"cents":"5"}"#, 422, "cents"),
        ("2024-01-01", r#"{"cents":-5}"#, 422, "an amount is not negative"),
        ("2024-01-01", r#"{"cents":5"#, 400, ""),
    ] {
        let answer = post_json(&server, "/orders", version, body).await;
        assert_eq!(answer.status, status, "{version} {body} {answer:?}");
        assert!(answer.body.contains(word), "{version} {body} {answer:?}");
        if status == 422 {
            assert_eq!(answer.problem_type(), "invalid-body");
        }
    }
}

#[tokio::test]
async fn s27_what_is_absent_takes_the_default_of_its_own_version() {
    let server = server().await;
    for (version, body, seen) in [
        ("2024-01-01", r#"{"cents":5}"#, "5 usd Open None"),
        ("2024-12-18", r#"{"total":{"value":5}}"#, "5 eur Open None"),
        ("2025-07-01", r#"{"total":{"value":5}}"#, "5 eur Disputed None"),
        (
            "2024-01-01",
            r#"{"cents":5,"currency":"chf","status":"closed","note":"n"}"#,
            "5 chf Closed Some(\"n\")",
        ),
        ("2024-01-01", r#"{"cents":5,"note":null}"#, "5 usd Open None"),
    ] {
        assert_eq!(post_json(&server, "/orders", version, body).await.body, seen, "{version} {body}");
    }
    for (version, body) in [
        ("2024-01-01", r#"{"cents":5,"currency":null}"#),
        ("2024-01-01", r#"{"cents":null}"#),
        ("2024-12-18", r#"{"total":null}"#),
    ] {
        assert_eq!(
            post_json(&server, "/orders", version, body).await.status,
            422,
            "null is not absent: {body}"
        );
    }
}

/// JSON that is well-formed is not called malformed.
#[tokio::test]
async fn s27_null_in_place_of_an_enum_is_of_the_wrong_shape() {
    let server = server().await;
    for (version, body) in [
        ("2024-01-01", r#"{"cents":5,"status":null}"#),
        ("2025-07-01", r#"{"total":{"value":5},"status":null}"#),
    ] {
        let answer = post_json(&server, "/orders", version, body).await;
        assert_eq!((answer.status, answer.problem_type().as_str()), (422, "invalid-body"), "{body}");
    }
}

#[tokio::test]
async fn s28_a_body_goes_up_once_and_other_extractors_see_what_was_sent() {
    let server = server().await;
    for (version, body, upgrades) in [
        ("2024-01-01", r#"{"cents":5}"#, 1),
        ("2024-12-18", r#"{"total":5}"#, 1),
        ("2024-12-17", r#"{"cents":5}"#, 2),
    ] {
        let headers = [
            format!("Api-Version: {version}"),
            "Content-Type: application/json".to_owned(),
            "X-Note: cents".to_owned(),
        ];
        let answer = server.call("POST /orders/cents?cents=1&total=2&cents=3", &headers, body).await;
        let query = r#"[("cents", "1"), ("total", "2"), ("cents", "3")]"#;
        let at = answer.header("api-version").unwrap();
        assert_eq!(answer.body, format!("state cents {query} cents {at} 5"));
        assert_eq!(UPGRADES.load(Ordering::SeqCst), upgrades, "{version}");
    }
}

#[tokio::test]
async fn s29_an_error_changes_only_where_its_type_does() {
    let server = server().await;
    for version in ALL {
        let problem = server.post("/refusals/problem", &[&format!("Api-Version: {version}")], "").await;
        assert_eq!(problem.status, 409);
        assert_eq!(problem.problem()["type"], "https://example.com/late", "{version}");
        let own = server.post("/refusals/own", &[&format!("Api-Version: {version}")], "").await;
        assert_eq!((own.status, own.header("x-own")), (409, Some("yes")), "the status is the handler's");
        let name = if version == "2024-01-01" { "error" } else { "reason" };
        assert_eq!(own.body, format!(r#"{{"{name}":"late"}}"#), "{version}");
    }
}

#[tokio::test]
async fn s33_a_member_that_an_older_version_does_not_know_is_one_it_knows() {
    let server = server().await;
    for (version, status) in [("2024-01-01", "closed"), ("2024-12-18", "closed"), ("2025-07-01", "disputed")]
    {
        let answer = server.post("/disputes", &[&format!("Api-Version: {version}")], "").await;
        assert!(answer.body.contains(&format!(r#""status":"{status}""#)), "{version}: {}", answer.body);
    }
    let sent = r#"{"total":{"value":5},"status":"disputed"}"#;
    assert_eq!(
        post_json(&server, "/orders", "2024-12-18", sent).await.status,
        422,
        "it cannot be sent either"
    );
    assert_eq!(post_json(&server, "/orders", "2025-07-01", sent).await.status, 200);
}

#[tokio::test]
async fn s34_unknown_members_follow_the_type_at_every_version() {
    let server = server().await;
    for version in ALL {
        let (order, title) = match version {
            "2024-01-01" => (r#"{"cents":5,"extra":1}"#, r#"{"name":"a","extra":1}"#),
            _ => (r#"{"total":{"value":5},"extra":1}"#, r#"{"title":"a","extra":1}"#),
        };
        let strict = post_json(&server, "/orders", version, order).await;
        assert_eq!(strict.status, 422, "{version}");
        assert!(strict.body.contains("extra"), "{version}: {}", strict.body);
        let lenient = post_json(&server, "/lenient", version, title).await;
        assert_eq!((lenient.status, lenient.body), (200, title.replace(r#","extra":1"#, "")), "{version}");
    }
}
