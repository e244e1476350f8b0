//! Answers that were put together in another way, and their statuses and headers.

use super::{Answer, V1, V2, V3, V4, Version, app, call, is};
use crate::server::Server;
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Query};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, NoContent, Response};
use futures_util::stream;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::convert::Infallible;
use steadfast::{Problem, Versioned, api_version, endpoints, get, post, versioned};

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Page {
    data: Vec<u8>,
    more: bool,
}

type Refusable<T> = Result<T, Problem>;

type Bare = (AppendHeaders<[(&'static str, String); 1]>, Versioned<Vec<u8>>);

fn page_to_list(page: Refusable<Versioned<Page>>) -> Refusable<Bare> {
    page.map(|Versioned(page)| (AppendHeaders([("x-more", page.more.to_string())]), Versioned(page.data)))
}

#[get("/page/{count}")]
#[api_version(since = "2024-01-15", changed(in = "2025-03-31", response(downgrade = page_to_list)))]
async fn page(Path(count): Path<u8>) -> Result<Versioned<Page>, Problem> {
    if count > 3 {
        return Err(Problem::new(StatusCode::NOT_FOUND, "https://example.com/page", "No such page"));
    }
    Ok(Versioned(Page { data: (0..count).collect(), more: true }))
}

#[derive(Deserialize)]
struct Asked {
    status: u16,
}

/// The answer that is asked for.
#[get("/asked")]
#[api_version(
    since = "2024-01-15",
    changed(in = "2025-09-30", status(202, was = 201)),
    changed(
        in = "2024-12-18",
        status(201, was = 200),
        status(404, was = 410),
        status(204, was = 200),
        status(303, was = 204),
        header("Total-Count", was = "X-Total"),
        header("Fresh", was = none),
    ),
    changed(in = "2025-03-31", header("X-TOTAL", was = "Total-Count"), header("Total-Count", was = "X-Total")),
    opaque,
)]
async fn asked(uri: axum::http::Uri) -> Response {
    let query = uri.query().unwrap_or_default();
    let Query(Asked { status }): Query<Asked> = Query::try_from_uri(&uri).unwrap();
    let status = StatusCode::from_u16(status).unwrap();
    let totals = query.split('&').filter_map(|pair| pair.strip_prefix("total="));
    let total = HeaderName::from_static("total-count");
    let mut response = (status, AppendHeaders([(header::VARY, "x-own")]), "body").into_response();
    for value in totals {
        response.headers_mut().append(total.clone(), value.parse().unwrap());
    }
    response.headers_mut().insert("fresh", "1".parse().unwrap());
    response
}

#[get("/stream")]
#[api_version(
    since = "2024-01-15",
    changed(in = "2025-03-31", status(200, was = 203), header("a", was = "b")),
    opaque
)]
async fn streamed() -> Response {
    let chunks = stream::iter(["one ", "two"].map(Ok::<_, Infallible>));
    ([("a", "1")], Body::from_stream(chunks)).into_response()
}

#[post("/nothing")]
#[api_version(since = "2024-01-15", changed(in = "2025-03-31", status(204, was = 200)))]
async fn nothing() -> NoContent {
    NoContent
}

#[post("/something")]
#[api_version(
    since = "2024-01-15",
    changed(in = "2025-03-31", status(200, was = 204)),
    changed(in = "2025-09-30", status(201, was = 304))
)]
async fn something(body: String) -> (StatusCode, &'static str) {
    (if body == "created" { StatusCode::CREATED } else { StatusCode::OK }, "{}")
}

/// Problems say their status twice.
#[post("/strict")]
#[api_version(
    since = "2024-01-15",
    changed(in = "2025-03-31", status(422, was = 400)),
    changed(in = "2025-09-30", status(400, was = 499))
)]
async fn strict(Versioned(number): Versioned<u8>) -> Result<(), Problem> {
    let status = if number == 0 { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::BAD_REQUEST };
    Err(Problem::new(status, "https://example.com/number", "Not this number"))
}

fn router() -> Router {
    app(endpoints![Version; page, asked, streamed, nothing, something, strict])
}

#[tokio::test]
async fn an_answer_was_put_together_in_another_way() {
    let app = router();
    for version in [V1, V2] {
        let answer = call(&app, "GET /page/2", version, &[], "").await;
        assert!(is(&answer, StatusCode::OK, "[0,1]"), "{version}: {answer:?}");
        assert_eq!(answer.all("x-more"), ["true"]);
    }
    for version in [V3, V4] {
        let answer = call(&app, "GET /page/2", version, &[], "").await;
        assert!(is(&answer, StatusCode::OK, r#"{"data":[0,1],"more":true}"#), "{version}: {answer:?}");
        assert_eq!(answer.all("x-more"), [""; 0]);
    }
    // An extractor's refusal is none of the handler's answers.
    for (request, status) in [("GET /page/9", 404), ("GET /page/x", 400)] {
        for version in [V1, V4] {
            assert_eq!(call(&app, request, version, &[], "").await.status, status, "{request} {version}");
        }
    }
}

async fn asked_at(version: &str, query: &str) -> Answer {
    call(&router(), &format!("GET /asked?{query}"), version, &[], "").await
}

#[tokio::test]
async fn a_status_was_another() {
    for (status, at) in [
        (200, [200, 200, 200, 200]),
        (201, [200, 201, 201, 201]),
        // Through the changes of two dates.
        (202, [200, 201, 201, 202]),
        (404, [410, 404, 404, 404]),
        (409, [409, 409, 409, 409]),
    ] {
        for (version, expected) in [V1, V2, V3, V4].into_iter().zip(at) {
            let answer = asked_at(version, &format!("status={status}")).await;
            assert_eq!((answer.status, answer.body.as_str()), (expected, "body"), "{status} at {version}");
        }
    }
}

#[tokio::test]
async fn a_header_had_another_name_or_was_not_there() {
    for (version, total, x_total, fresh) in [
        (V4, vec!["1", "2"], vec![], vec!["1"]),
        (V3, vec!["1", "2"], vec![], vec!["1"]),
        (V2, vec![], vec!["1", "2"], vec!["1"]),
        // What was `Total-Count` in the next version is `X-Total` there already.
        (V1, vec![], vec!["1", "2"], vec![]),
    ] {
        let answer = asked_at(version, "status=200&total=1&total=2").await;
        assert_eq!(answer.all("total-count"), total, "{version}");
        assert_eq!(answer.all("x-total"), x_total, "{version}");
        assert_eq!(answer.all("fresh"), fresh, "{version}");
        // What is added to every answer stays.
        assert_eq!(answer.all("vary"), ["x-own", "api-version"], "{version}");
        assert_eq!(answer.all("api-version"), [version]);
        assert_eq!(answer.all("deprecation").len(), usize::from(version < V3), "{version}");
    }
}

/// Over a socket: what is right for an empty body is decided when it is sent.
#[tokio::test]
async fn an_empty_answer_has_its_status_and_headers() {
    let server = Server::start(router()).await;
    let post = async |path: &str, version: &str, body: &str| {
        server.post(path, &[&format!("api-version: {version}")], body).await
    };
    for (version, status, length) in
        [(V1, 200, Some("0")), (V2, 200, Some("0")), (V3, 204, None), (V4, 204, None)]
    {
        let answer = post("/nothing", version, "").await;
        assert_eq!((answer.status, answer.body.as_str()), (status, ""), "{version}");
        assert_eq!(answer.header("content-length"), length, "{version}");
    }
    let kind = Some("text/plain; charset=utf-8");
    for (version, sent, status, body, length, kind) in [
        (V4, "ok", 200, "{}", Some("2"), kind),
        (V3, "ok", 200, "{}", Some("2"), kind),
        (V2, "ok", 204, "", None, None),
        (V1, "ok", 204, "", None, None),
        (V4, "created", 201, "{}", Some("2"), kind),
        // What it says of the content is that of the answer it stands for.
        (V3, "created", 304, "", None, kind),
    ] {
        let answer = post("/something", version, sent).await;
        assert_eq!((answer.status, answer.body.as_str()), (status, body), "{version}");
        assert_eq!(answer.header("content-length"), length, "{version} {sent}");
        assert_eq!(answer.header("content-type"), kind, "{version} {sent}");
    }
    // A HEAD request has no body in any version.
    let app = router();
    let head = call(&app, "HEAD /asked?status=201&total=1", V1, &[], "").await;
    assert_eq!((head.status, head.body.as_str(), head.all("x-total")), (200, "", vec!["1"]));
}

#[tokio::test]
async fn a_stream_keeps_its_bytes() {
    let app = router();
    for (version, status, a, b) in [(V1, 203, 0, 1), (V2, 203, 0, 1), (V3, 200, 1, 0), (V4, 200, 1, 0)] {
        let answer = call(&app, "GET /stream", version, &[], "").await;
        assert_eq!((answer.status, answer.body.as_str()), (status, "one two"), "{version}");
        assert_eq!((answer.all("a").len(), answer.all("b").len()), (a, b), "{version}");
        assert_eq!(answer.all("content-length"), [""; 0], "{version}");
    }
}

#[tokio::test]
async fn a_problem_says_the_status_that_its_client_sees() {
    let app = router();
    for (version, sent, status) in [
        (V4, "0", 422),
        (V3, "0", 422),
        (V2, "0", 400),
        (V4, "1", 400),
        (V3, "1", 499),
        (V1, "1", 499),
        // What an extractor refuses is an answer of the endpoint too.
        (V4, "-1", 422),
        (V2, "-1", 400),
    ] {
        let answer = call(&app, "POST /strict", version, &[], sent).await;
        assert_eq!((answer.status, &answer.json()["status"]), (status, &json!(status)), "{version} {sent}");
    }
}
