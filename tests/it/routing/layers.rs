//! Layers around an `Api`.

use super::{Version, at};
use crate::server::{Answer, Server};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request};
use axum::http::{HeaderValue, Method, header};
use axum::middleware::{Next, from_fn, map_response};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicU32, Ordering};
use steadfast::{Api, Header, Versioned, api_version, endpoints, get, post, versioned};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tower_http::compression::CompressionLayer;
use tower_http::cors::{AllowOrigin, CorsLayer};
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::trace::TraceLayer;

#[versioned]
#[derive(Serialize, Deserialize)]
struct Note {
    #[renamed(in = "2024-12-18", was(content))]
    text: String,
}

#[post("/notes")]
#[api_version(since = "2024-01-01")]
async fn note(Versioned(note): Versioned<Note>) -> Versioned<Note> {
    Versioned(note)
}

#[post("/bytes")]
#[api_version(since = "2024-01-01")]
async fn bytes(body: Bytes) -> String {
    body.len().to_string()
}

#[get("/long")]
#[api_version(since = "2024-01-01", until = "2025-07-01")]
async fn long() -> Versioned<Note> {
    Versioned(Note { text: "long ".repeat(100) })
}

fn api() -> Router {
    Api::new(endpoints![Version; note, bytes, long])
        .version_from(Header("Api-Version").or_reject())
        .with_state(())
}

async fn post_note(server: &Server, path: &str, length: usize) -> Answer {
    let body = format!(r#"{{"text":"{}"}}"#, "x".repeat(length));
    let headers = ["Api-Version: 2024-12-18", "Content-Type: application/json"];
    server.post(path, &headers, &body).await
}

/// A body whose length the client does not say first.
async fn post_chunked(server: &Server, path: &str, length: usize) -> String {
    let body = format!(r#"{{"text":"{}"}}"#, "x".repeat(length));
    let mut socket = server.connect().await;
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\
         api-version: 2024-12-18\r\ncontent-type: application/json\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n",
        body.len()
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    // A server that refuses a body may close before all of it is written.
    let _ = socket.read_to_string(&mut answer).await;
    answer
}

#[tokio::test]
async fn axum_s_limit_of_bodies_counts() {
    let server = Server::start(api().layer(DefaultBodyLimit::max(100))).await;
    for (length, status) in [(80, 200), (89, 200), (90, 413), (1000, 413)] {
        let answer = post_note(&server, "/notes", length).await;
        assert_eq!(answer.status, status, "{length}");
        assert_eq!(answer.header("api-version"), Some("2024-12-18"));
        if status == 413 {
            assert_eq!(answer.problem_type(), "body-too-large");
        }
    }
    assert_eq!(post_note(&server, "/bytes", 1000).await.status, 413);
    assert!(post_chunked(&server, "/notes", 1000).await.starts_with("HTTP/1.1 413 "));
    // Without a word of the application it is 2 MB.
    let default = Server::start(api()).await;
    assert_eq!(post_note(&default, "/bytes", 2_000_000).await.status, 200);
    let open = Server::start(api().layer(DefaultBodyLimit::disable())).await;
    let answer = post_note(&open, "/notes", 3_000_000).await;
    assert_eq!((answer.status, answer.body.len()), (200, 3_000_011));
}

#[tokio::test]
async fn a_limit_of_tower_http_counts() {
    let app = api().layer(DefaultBodyLimit::disable()).layer(RequestBodyLimitLayer::new(100));
    let server = Server::start(app).await;
    assert_eq!(post_note(&server, "/notes", 80).await.status, 200);
    assert_eq!(post_note(&server, "/notes", 1000).await.status, 413);
    // Without a length the limit is met while the body is read, inside the endpoint.
    let read = post_chunked(&server, "/notes", 1000).await;
    assert!(read.starts_with("HTTP/1.1 413 "), "{read}");
    assert!(read.contains("body-too-large") && read.contains("api-version: 2024-12-18"), "{read}");
    assert!(post_chunked(&server, "/notes", 80).await.starts_with("HTTP/1.1 200 "));
}

#[tokio::test]
async fn a_browser_may_ask_first() {
    let cors = CorsLayer::new()
        .allow_origin(AllowOrigin::list([HeaderValue::from_static("https://shop.example")]))
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([header::CONTENT_TYPE, "api-version".parse().unwrap()]);
    let server = Server::start(api().layer(cors)).await;
    // A preflight has no version: it names the header and does not send it.
    let preflight = server
        .call(
            "OPTIONS /notes",
            &[
                "Origin: https://shop.example",
                "Access-Control-Request-Method: POST",
                "Access-Control-Request-Headers: api-version,content-type",
            ],
            "",
        )
        .await;
    assert_eq!(preflight.status, 200, "{preflight:?}");
    assert_eq!(preflight.header("access-control-allow-origin"), Some("https://shop.example"));
    assert_eq!(preflight.header("access-control-allow-headers"), Some("content-type,api-version"));
    for (request, version, status) in
        [("GET /long", "2024-12-18", 200), ("GET /long", "2025-07-01", 404), ("GET /long", "junk", 400)]
    {
        let headers = [format!("Api-Version: {version}"), "Origin: https://shop.example".to_owned()];
        let answer = server.call(request, &headers, "").await;
        assert_eq!(answer.status, status);
        assert_eq!(answer.header("access-control-allow-origin"), Some("https://shop.example"), "{version}");
        let vary = answer.all("vary").join(", ");
        assert!(vary.contains("api-version") && vary.contains("origin"), "{version}: {vary}");
    }
}

#[tokio::test]
async fn bodies_are_compressed_after_they_have_their_shape() {
    let server = Server::start(api().layer(CompressionLayer::new())).await;
    let zipped = server.get("/long", &["Api-Version: 2024-01-01", "Accept-Encoding: gzip"]).await;
    assert_eq!((zipped.status, zipped.header("content-encoding")), (200, Some("gzip")));
    assert_eq!((zipped.header("content-length"), zipped.header("api-version")), (None, Some("2024-01-01")));
    let vary = zipped.all("vary").join(", ");
    assert!(vary.contains("api-version") && vary.contains("accept-encoding"), "{vary}");
    let plain = server.get("/long", &["Api-Version: 2024-01-01"]).await;
    assert_eq!(plain.header("content-encoding"), None);
    assert!(plain.body.starts_with(r#"{"content":"long long"#), "{}", plain.body);
}

#[tokio::test]
async fn layers_see_requests_and_answers() {
    async fn seen(request: Request, next: Next) -> Response {
        let path = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
        let mut response = next.run(request).await;
        let version = response.headers().get("api-version").cloned();
        response.headers_mut().insert("x-route", path.unwrap_or_default().parse().unwrap());
        response.headers_mut().insert("x-seen", version.unwrap_or(HeaderValue::from_static("none")));
        response
    }
    static CALLS: AtomicU32 = AtomicU32::new(0);
    async fn count(response: Response) -> Response {
        CALLS.fetch_add(1, Ordering::SeqCst);
        response
    }
    let app = api().route_layer(map_response(count)).layer(from_fn(seen)).layer(TraceLayer::new_for_http());
    let server = Server::start(app).await;
    for (request, version, status, route, seen, calls) in [
        ("GET /long", "2024-01-01", 200, "/long", "2024-01-01", 1),
        ("GET /long", "2025-07-01", 404, "/long", "2025-07-01", 2),
        ("PUT /notes", "2024-01-01", 405, "/notes", "2024-01-01", 3),
        ("GET /long", "junk", 400, "/long", "none", 4),
        // No route, so no layer of a route.
        ("GET /nowhere", "2024-01-01", 404, "", "none", 4),
    ] {
        let answer = server.call(request, &at(version), "").await;
        assert_eq!(answer.status, status, "{request} {version}");
        assert_eq!(
            (answer.header("x-route"), answer.header("x-seen")),
            (Some(route), Some(seen)),
            "{request}"
        );
        assert_eq!(CALLS.load(Ordering::SeqCst), calls, "{request}");
    }
}
