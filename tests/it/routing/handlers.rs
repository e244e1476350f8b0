//! Every kind of function that axum takes as a handler.

use super::{Version, at};
use crate::server::Server;
use axum::body::{Body, Bytes};
use axum::extract::{Extension, MatchedPath, OriginalUri, Path, Query, RawQuery, Request, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{AppendHeaders, Html, IntoResponse, NoContent, Redirect, Response};
use axum::{Json, Router};
use futures_util::{Stream, stream};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::future::ready;
use std::sync::Arc;
use steadfast::{Api, Header, Problem, Shape, Versioned, api_version, endpoints, get, post, versioned};

#[derive(Clone)]
struct Shared(Arc<str>);

#[get("/text")]
#[api_version(since = "2024-01-01")]
async fn text() -> &'static str {
    "text"
}

#[get("/string")]
#[api_version(since = "2024-01-01")]
async fn string(State(Shared(text)): State<Shared>) -> String {
    text.to_string()
}

#[get("/nothing")]
#[api_version(since = "2024-01-01")]
async fn nothing() {}

#[get("/no-content")]
#[api_version(since = "2024-01-01")]
async fn no_content() -> NoContent {
    NoContent
}

#[get("/opaque")]
#[api_version(since = "2024-01-01", opaque)]
async fn opaque() -> impl IntoResponse {
    (StatusCode::ACCEPTED, [("x-own", "yes")], AppendHeaders([("vary", "x-own")]), "opaque")
}

#[get("/response")]
#[api_version(since = "2024-01-01", opaque)]
async fn response() -> Response {
    Html("<p>").into_response()
}

#[get("/json")]
#[api_version(since = "2024-01-01")]
async fn json() -> Json<BTreeMap<&'static str, u8>> {
    Json(BTreeMap::from([("a", 1)]))
}

#[get("/result/{how}")]
#[api_version(since = "2024-01-01")]
async fn result(Path(how): Path<String>) -> Result<Vec<u8>, (StatusCode, &'static str)> {
    if how == "ok" { Ok(b"ok".to_vec()) } else { Err((StatusCode::CONFLICT, "not ok")) }
}

#[get("/axum-result")]
#[api_version(since = "2024-01-01", opaque)]
async fn axum_result() -> axum::response::Result<&'static str> {
    Err(Problem::new(StatusCode::GONE, "https://example.com/gone", "Gone"))?
}

#[get("/redirect")]
#[api_version(since = "2024-01-01")]
async fn redirect() -> Redirect {
    Redirect::to("https://example.com/")
}

#[get("/stream")]
#[api_version(since = "2024-01-01", opaque)]
async fn streamed() -> Body {
    Body::from_stream(stream::iter(["a", "b", "c"].map(Ok::<_, Infallible>)))
}

#[get("/events")]
#[api_version(since = "2024-01-01", opaque)]
async fn events() -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    Sse::new(stream::iter(["a", "b"].map(|data| Ok(Event::default().data(data)))))
        .keep_alive(KeepAlive::default())
}

/// A function that is not `async` itself is none; one that answers a future at once is, written so.
#[get("/ready")]
#[api_version(since = "2024-01-01")]
async fn at_once() -> &'static str {
    ready("ready").await
}

trait Named: Shape + Serialize + Send + 'static {
    const ONE: Self;
}

#[versioned]
#[derive(Serialize)]
struct Apple(&'static str);

impl Named for Apple {
    const ONE: Self = Self("apple");
}

#[get("/generic")]
#[api_version(since = "2024-01-01")]
async fn generic<T: Named>() -> Versioned<T> {
    Versioned(T::ONE)
}

#[post("/whole")]
#[api_version(since = "2024-01-01", opaque)]
async fn whole(request: Request) -> Response {
    (StatusCode::CREATED, request.into_body()).into_response()
}

#[versioned]
#[derive(Deserialize)]
struct Page {
    page: u8,
}

#[post("/sixteen/{id}")]
#[api_version(since = "2024-01-01")]
#[allow(clippy::too_many_arguments, reason = "as many as axum takes")]
async fn sixteen(
    method: Method,
    uri: Uri,
    OriginalUri(original): OriginalUri,
    matched: MatchedPath,
    Path(id): Path<u32>,
    Path(again): Path<String>,
    Query(Page { page }): Query<Page>,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
    version: Version,
    State(Shared(text)): State<Shared>,
    Extension(number): Extension<u8>,
    protocol: axum::http::Version,
    absent: Option<Extension<String>>,
    twice: Result<Path<u32>, axum::extract::rejection::PathRejection>,
    body: Bytes,
) -> String {
    assert_eq!((uri.to_string(), original.path()), ("/sixteen/7?page=3".to_owned(), "/sixteen/7"));
    assert_eq!((again.as_str(), raw.as_deref(), twice.unwrap().0), ("7", Some("page=3"), 7));
    assert_eq!((protocol, absent.is_none()), (axum::http::Version::HTTP_11, true));
    let note = headers["x-note"].to_str().unwrap();
    format!("{method} {} {id} {page} {note} {version} {text} {number} {}", matched.as_str(), body.len())
}

fn app() -> Router {
    let endpoints = endpoints![
        Version; text, string, nothing, no_content, opaque, response, json, result, axum_result, redirect, streamed,
        events, at_once, generic::<Apple>, whole, sixteen
    ];
    Api::new(endpoints)
        .version_from(Header("Api-Version").or_reject())
        .with_state(Shared("state".into()))
        .layer(Extension(9_u8))
}

#[tokio::test]
async fn whatever_axum_takes_is_an_endpoint() {
    let server = Server::start(app()).await;
    for (request, status, kind, body) in [
        ("GET /text", 200, Some("text/plain; charset=utf-8"), "text"),
        ("GET /string", 200, Some("text/plain; charset=utf-8"), "state"),
        ("GET /nothing", 200, None, ""),
        ("GET /no-content", 204, None, ""),
        ("GET /opaque", 202, Some("text/plain; charset=utf-8"), "opaque"),
        ("GET /response", 200, Some("text/html; charset=utf-8"), "<p>"),
        ("GET /json", 200, Some("application/json"), r#"{"a":1}"#),
        ("GET /result/ok", 200, Some("application/octet-stream"), "ok"),
        ("GET /result/err", 409, Some("text/plain; charset=utf-8"), "not ok"),
        ("GET /redirect", 303, None, ""),
        ("GET /stream", 200, None, "abc"),
        ("GET /events", 200, Some("text/event-stream"), "data: a\n\ndata: b\n\n"),
        ("GET /ready", 200, Some("text/plain; charset=utf-8"), "ready"),
        ("GET /generic", 200, Some("application/json"), r#""apple""#),
        ("POST /whole", 201, None, "whole"),
    ] {
        let sent = if request.starts_with("POST") { "whole" } else { "" };
        let answer = server.call(request, &at("2024-12-18"), sent).await;
        assert_eq!((answer.status, answer.body.as_str()), (status, body), "{request}");
        assert_eq!(answer.header("content-type"), kind, "{request}");
        assert_eq!(answer.header("api-version"), Some("2024-12-18"), "{request}");
        assert!(answer.all("vary").contains(&"api-version"), "{request}: {answer:?}");
    }
    let redirect = server.call("GET /redirect", &at("2024-12-18"), "").await;
    assert_eq!(redirect.header(header::LOCATION.as_str()), Some("https://example.com/"));
    let opaque = server.call("GET /opaque", &at("2024-12-18"), "").await;
    assert_eq!((opaque.header("x-own"), opaque.all("vary")), (Some("yes"), vec!["x-own", "api-version"]));
    let problem = server.call("GET /axum-result", &at("2024-12-18"), "").await;
    assert_eq!((problem.status, &problem.problem()["type"]), (410, &"https://example.com/gone".into()));
}

#[tokio::test]
async fn sixteen_extractors_are_not_too_many() {
    let server = Server::start(app()).await;
    let headers = ["Api-Version: 2025-01-01", "X-Note: note"];
    let answer = server.post("/sixteen/7?page=3", &headers, "body").await;
    assert_eq!(answer.body, "POST /sixteen/{id} 7 3 note 2024-12-18 state 9 4");
    // The first extractor that refuses is the answer.
    let refused = server.post("/sixteen/7?page=x", &headers, "body").await;
    assert_eq!((refused.status, refused.header("api-version")), (400, Some("2024-12-18")));
}
