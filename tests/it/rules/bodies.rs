//! S30–S32: bodies without a shape, and how a body says what it is.

use super::{Version, while_all_live};
use crate::server::Server;
use axum::body::{Body, Bytes};
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use steadfast::{Api, Header, Versioned, api_version, endpoints, get, post, versioned};

#[versioned]
#[derive(Serialize, Deserialize)]
struct Note {
    #[changed(in = "2024-12-18", was(text: String), upgrade = |text| vec![text], downgrade = |lines: &Vec<String>| lines.join(" "))]
    lines: Vec<String>,
}

#[get("/notes/{status}")]
#[api_version(since = "2024-01-01", opaque)]
async fn note(Path(status): Path<u16>) -> Response {
    let status = StatusCode::from_u16(status).unwrap();
    if status == StatusCode::OK {
        return Versioned(Note { lines: vec!["a".to_owned(), "ä".to_owned()] }).into_response();
    }
    (status, [("x-own", "yes")]).into_response()
}

#[post("/notes")]
#[api_version(since = "2024-01-01")]
async fn post_note(Versioned(note): Versioned<Note>) -> String {
    note.lines.join("|")
}

/// Looks like the old shape, and is not JSON that anybody declared to be versioned.
const OPAQUE: &str = r#"{"text":"a"}  "#;

#[get("/files/{how}")]
#[api_version(since = "2024-01-01", opaque)]
async fn file(Path(how): Path<String>) -> Response {
    let kind = [(header::CONTENT_TYPE, "application/json"), (header::CONTENT_ENCODING, "identity")];
    match how.as_str() {
        "bytes" => (kind, Bytes::from_static(OPAQUE.as_bytes())).into_response(),
        "text" => OPAQUE.into_response(),
        _ => {
            let parts = OPAQUE.as_bytes().chunks(5).map(Ok::<_, std::convert::Infallible>);
            (kind, Body::from_stream(futures_util::stream::iter(parts))).into_response()
        }
    }
}

#[post("/raw")]
#[api_version(since = "2024-01-01")]
async fn raw(body: Bytes) -> Bytes {
    body
}

const ALL: [&str; 3] = ["2024-01-01", "2024-12-18", "2025-07-01"];

async fn server() -> Server {
    let endpoints = endpoints![Version; note, post_note, file, raw];
    Server::start(
        Api::new(endpoints)
            .version_from(Header("Api-Version").or_reject())
            .clock(while_all_live())
            .with_state(()),
    )
    .await
}

#[tokio::test]
async fn s30_an_empty_answer_stays_empty_and_keeps_its_headers() {
    let server = server().await;
    for version in ALL {
        for (method, status, length) in
            [("GET", 204, None), ("GET", 304, None), ("GET", 202, Some("0")), ("HEAD", 202, Some("0"))]
        {
            let request = format!("{method} /notes/{status}");
            let answer = server.call(&request, &[format!("Api-Version: {version}")], "").await;
            assert_eq!((answer.status, answer.body.as_str()), (status, ""), "{request} {version}");
            assert_eq!(answer.header("content-length"), length, "{request} {version}");
            assert_eq!((answer.header("x-own"), answer.header("api-version")), (Some("yes"), Some(version)));
        }
    }
}

#[tokio::test]
async fn s30_s31_the_length_is_that_of_the_version_s_shape() {
    let server = server().await;
    for version in ALL {
        let header = [format!("Api-Version: {version}")];
        let body = if version == "2024-01-01" { r#"{"text":"a ä"}"# } else { r#"{"lines":["a","ä"]}"# };
        let answer = server.call("GET /notes/200", &header, "").await;
        assert_eq!(answer.body, body);
        let length = body.len().to_string();
        assert_eq!(answer.header("content-length"), Some(length.as_str()), "{version}");
        let head = server.call("HEAD /notes/200", &header, "").await;
        assert_eq!((head.body.as_str(), head.header("content-length")), ("", Some(length.as_str())));
    }
}

#[tokio::test]
async fn s31_bytes_that_are_no_versioned_body_are_left_alone() {
    let server = server().await;
    for version in ALL {
        for how in ["bytes", "text", "stream"] {
            let answer = server.get(&format!("/files/{how}"), &[&format!("Api-Version: {version}")]).await;
            assert_eq!((answer.status, answer.body.as_str()), (200, OPAQUE), "{how} {version}");
            let length = OPAQUE.len().to_string();
            let expected = (how != "stream").then_some(length.as_str());
            assert_eq!(answer.header("content-length"), expected, "{how} {version}");
            if how != "text" {
                assert_eq!(answer.header("content-encoding"), Some("identity"), "{how} {version}");
                assert_eq!(answer.header("content-type"), Some("application/json"), "{how} {version}");
            }
        }
    }
}

#[tokio::test]
async fn s32_json_is_what_calls_itself_so_and_other_bodies_reach_the_handler_as_they_are() {
    let server = server().await;
    for (kind, status) in [
        ("application/json", 200),
        ("APPLICATION/JSON; charset=utf-8", 200),
        ("application/vnd.acme+json", 200),
        ("application/merge-patch+json", 200),
        ("application/problem+JSON", 200),
        ("text/json+x", 415),
        ("text/plain", 415),
        ("application/xml", 415),
        ("application/x-www-form-urlencoded", 415),
        ("application/jsonx", 415),
        ("json", 415),
        ("", 415),
    ] {
        for (version, body) in [("2024-01-01", r#"{"text":"a"}"#), ("2024-12-18", r#"{"lines":["a"]}"#)] {
            let headers = [format!("Api-Version: {version}"), format!("Content-Type: {kind}")];
            let answer = server.call("POST /notes", &headers, body).await;
            assert_eq!(answer.status, status, "{kind}");
            if status == 415 {
                assert_eq!(answer.problem_type(), "unsupported-media-type");
            } else {
                assert_eq!(answer.body, "a");
            }
            let untouched = server.call("POST /raw", &headers, body).await;
            assert_eq!((untouched.status, untouched.body.as_str()), (200, body), "{kind} {version}");
        }
    }
}
