use super::{Created, Versioned};
use crate::body::render_pending;
use crate::context::Context;
use crate::wire::stored;
use axum::Router;
use axum::body::Body;
use axum::extract::DefaultBodyLimit;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http::{Request, StatusCode, header};
use http_body_util::BodyExt;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Value, json};
use steadfast_core::{Date, Policy, Release, Timeline, wire};
use tower::ServiceExt;

const fn release(date: &str) -> Release {
    let Ok(date) = Date::parse(date) else { panic!() };
    Release {
        name: "V",
        date,
        alias: None,
        deprecated: None,
        sunset: None,
        guide: None,
        preview: false,
        brownouts: &[],
    }
}

static TIMELINE: Timeline = Timeline {
    name: "Version",
    releases: &[release("2024-01-15"), release("2025-01-01")],
    removed: &[],
    policy: Policy { min_notice_days: None, idempotency_required: false, sunset_required: false },
};

fn version(served: Option<usize>) -> Context {
    Context::new(&TIMELINE, served, wire::PROBLEM_BASE)
}

#[crate::versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Item {
    #[renamed(in = "2025-01-01", was(name))]
    title: String,
    #[changed(in = "2025-01-01", was(price: String), upgrade = price, downgrade = u32::to_string)]
    cents: u32,
}

#[allow(clippy::needless_pass_by_value, reason = "the signature of an upgrade")]
fn price(text: String) -> Result<u32, std::num::ParseIntError> {
    text.parse()
}

#[crate::versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    #[serde(rename = "a/b")]
    items: Vec<Item>,
}

async fn echo(Versioned(order): Versioned<Order>) -> Versioned<Order> {
    // What the handler stores is the head.
    assert!(!stored(|| serde_json::to_string(&order)).unwrap().contains("name"));
    Versioned(order)
}

async fn send(context: Option<Context>, content_type: Option<&str>, body: &str) -> Response {
    let app = Router::new().route("/", post(echo)).layer(DefaultBodyLimit::max(200));
    let mut request = Request::post("/");
    if let Some(content_type) = content_type {
        request = request.header(header::CONTENT_TYPE, content_type);
    }
    let call = app.oneshot(request.body(Body::from(body.to_owned())).unwrap());
    match context {
        Some(context) => context.scope(call).await.unwrap(),
        None => call.await.unwrap(),
    }
}

async fn text(response: Response) -> String {
    String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().into()).unwrap()
}

async fn problem(response: Response) -> Value {
    assert_eq!(response.headers()[header::CONTENT_TYPE], wire::PROBLEM_JSON);
    serde_json::from_str(&text(response).await).unwrap()
}

const OLD: &str = r#"{"a/b":[{"name":"x","price":"5"}]}"#;
const NEW: &str = r#"{"a/b":[{"title":"x","cents":5}]}"#;

#[tokio::test]
async fn a_body_has_the_shape_of_the_served_version_both_ways() {
    for (context, body) in
        [(Some(version(Some(0))), OLD), (Some(version(Some(1))), NEW), (Some(version(None)), NEW)]
    {
        let response = send(context, Some("application/json"), body).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/json");
        assert!(response.extensions().is_empty());
        assert_eq!(text(response).await, body);
    }
}

#[tokio::test]
async fn only_json_is_read() {
    for content_type in [
        "application/json; charset=utf-8",
        "APPLICATION/JSON",
        "application/vnd.acme+json",
        "text/x+JSON ;a=b",
    ] {
        assert_eq!(
            send(Some(version(None)), Some(content_type), NEW).await.status(),
            StatusCode::OK,
            "{content_type}"
        );
    }
    for content_type in [
        None,
        Some("text/plain"),
        Some("application/jsonp"),
        Some("application/xjson"),
        Some("json"),
        Some("é"),
    ] {
        let response = send(Some(version(None)), content_type, NEW).await;
        assert_eq!(response.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE, "{content_type:?}");
        assert_eq!(problem(response).await["type"], "urn:steadfast:problem:unsupported-media-type");
    }
}

#[tokio::test]
async fn a_body_over_the_limit_is_413() {
    let response = send(Some(version(None)), Some("application/json"), &" ".repeat(201)).await;
    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(problem(response).await["type"], "urn:steadfast:problem:body-too-large");
}

#[tokio::test]
async fn text_that_is_not_json_is_400() {
    for body in ["", "{", "{]", r#"{"a/b":[]} x"#, r#"{"a/b":[]}{}"#] {
        let response = send(Some(version(Some(0))), Some("application/json"), body).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{body}");
        let problem = problem(response).await;
        assert_eq!(problem["type"], "urn:steadfast:problem:malformed-body");
        assert_eq!(problem.get("pointer"), None);
    }
}

#[tokio::test]
async fn json_of_another_shape_is_422_and_says_where_in_the_client_s_names() {
    for (body, pointer, detail) in [
        (
            r#"{"a/b":[{"name":1,"price":"5"}]}"#,
            "/a~1b/0/name",
            "invalid type: integer `1`, expected a string",
        ),
        (r#"{"a/b":[{"name":"x","price":"five"}]}"#, "/a~1b/0/price", "invalid digit found in string"),
        (r#"{"a/b":[{"name":"x"}]}"#, "/a~1b/0", "missing field `price`"),
        (r#"{"a/b":[],"c~d":1}"#, "/c~0d", "unknown field `c~d`, expected `a/b`"),
        ("7", "", "invalid type: integer `7`, expected struct Order"),
    ] {
        let response = send(Some(version(Some(0))), Some("application/json"), body).await;
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        let problem = problem(response).await;
        assert_eq!(problem["type"], "urn:steadfast:problem:invalid-body");
        assert_eq!(
            (problem["pointer"].as_str().unwrap(), problem["detail"].as_str().unwrap()),
            (pointer, detail)
        );
    }
}

fn item() -> Item {
    Item { title: "x".to_owned(), cents: 5 }
}

#[tokio::test]
async fn a_body_written_outside_its_call_is_written_again_inside() {
    let mut response = Created::at("/items/1", Versioned(item())).into_response();
    version(Some(0)).enter(|| render_pending(&mut response));
    assert_eq!(response.status(), StatusCode::CREATED);
    assert_eq!(response.headers()[header::LOCATION], "/items/1");
    assert_eq!(text(response).await, r#"{"name":"x","price":"5"}"#);
}

#[tokio::test]
async fn body_outside_of_a_call_has_no_shape() {
    let response = Versioned(item()).into_response();
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert!(!text(response).await.contains("cents"));
    // A type that never changed has one shape, and so has any where the version is said.
    assert_eq!(text(Versioned(vec![1]).into_response()).await, "[1]");
    let response = stored(|| Versioned(item()).into_response());
    assert_eq!(text(response).await, r#"{"title":"x","cents":5}"#);
}

#[tokio::test]
#[cfg(debug_assertions)]
#[should_panic(expected = "was to be written or read for a client where no call says in which version")]
async fn body_is_not_read_outside_of_a_call() {
    send(None, Some("application/json"), NEW).await;
}

#[tokio::test]
#[cfg(debug_assertions)]
#[should_panic(
    expected = "was written or read outside of the framework in a call that is served at 2024-01-15"
)]
async fn type_written_by_the_handler_itself_is_a_fault() {
    version(Some(0)).enter(|| serde_json::to_string(&item())).unwrap();
}

#[tokio::test]
async fn type_is_written_by_anybody_at_the_newest_version_and_outside_of_calls() {
    let newest = r#"{"title":"x","cents":5}"#;
    assert_eq!(serde_json::to_string(&item()).unwrap(), newest);
    assert_eq!(version(Some(1)).enter(|| serde_json::to_string(&item())).unwrap(), newest);
    assert_eq!(version(None).enter(|| serde_json::to_string(&item())).unwrap(), newest);
    assert_eq!(version(Some(0)).enter(|| stored(|| serde_json::to_string(&item()))).unwrap(), newest);
}

#[tokio::test]
async fn a_body_that_cannot_be_written_is_500_and_says_nothing() {
    #[crate::versioned]
    struct Broken;

    impl Serialize for Broken {
        fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("secret"))
        }
    }

    let response = version(Some(0)).enter(|| Created::at("/", Versioned(Broken)).into_response());
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(response.headers().get(header::LOCATION), None);
    let expected = json!({
        "type": "urn:steadfast:problem:internal-error",
        "title": "Internal error",
        "status": 500,
        "retryable": true,
    });
    assert_eq!(problem(response).await, expected);
}
