//! The heads of answers as they are on the wire, one file for each case: first what was asked, then the answer.
//!
//! They are compared with what a server answers, and written anew with `STEADFAST_BLESS=1`. What they hold is read back
//! by crates that others wrote, see `read_back`.

mod api;
mod read_back;

use crate::server::{Answer, Server};
use api::{Setup, serve};
use std::fmt::Write;
use std::path::PathBuf;
use steadfast::AfterSunset;

struct Case {
    name: &'static str,
    setup: Setup,
    /// Asked before, on the same server.
    before: Option<Asked>,
    asked: Asked,
}

#[derive(Clone, Copy)]
struct Asked {
    line: &'static str,
    headers: &'static [&'static str],
    body: &'static str,
}

const fn get(line: &'static str, headers: &'static [&'static str]) -> Asked {
    Asked { line, headers, body: "" }
}

/// What a client of the second version sends to order.
const ORDER: Asked = Asked {
    line: "POST /orders",
    headers: &["Api-Version: 2024-12-18", "Idempotency-Key: key-1", "Content-Type: application/json"],
    body: r#"{"id":7,"total":{"value":5}}"#,
};

const OLD: &[&str] = &["Api-Version: 2024-01-15"];
const NEW: &[&str] = &["Api-Version: 2024-12-18"];

fn cases() -> Vec<Case> {
    let case = |name, day, asked| Case { name, setup: Setup::on(day), before: None, asked };
    let by_path = |name, day, asked| Case { name, setup: Setup::on(day).by_path(), before: None, asked };
    let by_media =
        |name, asked| Case { name, setup: Setup::on("2025-01-01").by_media(), before: None, asked };
    vec![
        case("live", "2025-01-01", get("GET /orders/7", NEW)),
        case("head", "2025-01-01", get("HEAD /orders/7", OLD)),
        case("options", "2025-01-01", get("OPTIONS /orders/7", OLD)),
        case("deprecated-version", "2025-01-01", get("GET /orders/7", OLD)),
        case("deprecated-one-day", "2024-06-01", get("GET /orders/7", OLD)),
        case("deprecated-endpoint", "2025-04-01", get("GET /reports", NEW)),
        case("deprecated-endpoint-of-deprecated-version", "2025-04-01", get("GET /reports", OLD)),
        case("sunset-version", "2025-07-01", get("GET /orders/7", OLD)),
        case("sunset-endpoint", "2025-08-09", get("GET /reports", NEW)),
        case("brownout", "2025-06-01T14:20:00", get("GET /orders/7", OLD)),
        case("removed", "2025-01-01", get("GET /orders/7", &["Api-Version: 2023-01-15"])),
        Case {
            setup: Setup::on("2025-07-01").after(AfterSunset::FallForward),
            ..case("fell-forward", "2025-07-01", get("GET /orders/7", OLD))
        },
        case("not-found", "2025-01-01", get("GET /news", OLD)),
        case("method-not-allowed", "2025-01-01", get("DELETE /orders/7", OLD)),
        case(
            "not-modified",
            "2025-01-01",
            get("GET /orders/7", &["Api-Version: 2024-12-18", "If-None-Match: \"tag-7~2024-12-18\""]),
        ),
        case(
            "modified-in-another-version",
            "2025-01-01",
            get("GET /orders/7", &["Api-Version: 2024-12-18", "If-None-Match: \"tag-7~2024-01-15\""]),
        ),
        case("invalid-version", "2025-01-01", get("GET /orders/7", &["Api-Version: 2024-1-15"])),
        case("unsupported-version", "2025-01-01", get("GET /orders/7", &["Api-Version: 2022-01-01"])),
        case("unspecified-version", "2025-01-01", get("GET /orders/7", &[])),
        case(
            "ambiguous-version",
            "2025-01-01",
            get("GET /orders/7", &["Api-Version: 2024-12-18", "Api-Version: 2024-01-15"]),
        ),
        case("created", "2025-01-01", ORDER),
        Case { before: Some(ORDER), ..case("replayed", "2025-01-01", ORDER) },
        Case {
            before: Some(ORDER),
            ..case("key-reused", "2025-01-01", Asked { body: r#"{"id":8,"total":{"value":5}}"#, ..ORDER })
        },
        case("invalid-body", "2025-01-01", Asked { body: r#"{"id":7,"cents":5}"#, ..ORDER }),
        by_path("path", "2025-01-01", get("GET /v2/orders/7", &[])),
        by_path("path-deprecated", "2025-01-01", get("GET /v1/orders/7?full=yes", &[])),
        by_path("path-sunset", "2025-07-01", get("GET /2024-01-15/orders/7", &[])),
        by_path("path-unknown", "2025-01-01", get("GET /v9/orders/7", &[])),
        by_path(
            "path-created",
            "2025-01-01",
            Asked {
                line: "POST /v2/orders",
                headers: &["Idempotency-Key: key-1", "Content-Type: application/json"],
                ..ORDER
            },
        ),
        by_media(
            "media-type",
            get("GET /orders/7", &["Accept: application/vnd.acme+json; version=2024-12-18"]),
        ),
        by_media("media-type-alias", get("GET /orders/7", &["Accept: application/vnd.acme.v1+json"])),
        by_media(
            "media-type-not-acceptable",
            get("GET /orders/7", &["Accept: application/vnd.acme.v9+json"]),
        ),
        by_media(
            "media-type-unsupported",
            Asked { headers: &["Content-Type: application/vnd.acme.v9+json"], ..ORDER },
        ),
    ]
}

async fn send(server: &Server, asked: Asked) -> Answer {
    server.call(asked.line, asked.headers, asked.body).await
}

/// The file of a case: what was asked and the head of the answer, without what changes from run to run.
fn document(asked: Asked, answer: &Answer) -> String {
    let mut text = format!("{} HTTP/1.1\n", asked.line);
    for line in asked.headers {
        writeln!(text, "{line}").unwrap();
    }
    let status = axum::http::StatusCode::from_u16(answer.status).unwrap();
    writeln!(text, "\nHTTP/1.1 {status}").unwrap();
    for (name, value) in answer.headers.iter().filter(|(name, _)| name != "date" && name != "connection") {
        writeln!(text, "{name}: {value}").unwrap();
    }
    text
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("it/responses")
}

/// The committed files, by name.
fn committed() -> Vec<(String, String)> {
    let mut files: Vec<_> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "http"))
        .map(|path| {
            (path.file_stem().unwrap().to_str().unwrap().to_owned(), std::fs::read_to_string(path).unwrap())
        })
        .collect();
    files.sort();
    files
}

#[tokio::test]
async fn answers_have_the_committed_heads() {
    let bless = std::env::var_os("STEADFAST_BLESS").is_some();
    let mut names = Vec::new();
    let mut differ = String::new();
    for Case { name, setup, before, asked } in cases() {
        let server = serve(setup).await;
        if let Some(before) = before {
            send(&server, before).await;
        }
        let actual = document(asked, &send(&server, asked).await);
        let path = folder().join(format!("{name}.http"));
        if bless {
            std::fs::write(&path, &actual).unwrap();
        }
        let expected = std::fs::read_to_string(&path).unwrap_or_default();
        if actual != expected {
            writeln!(differ, "--- {name}.http\n{expected}\n+++ answered\n{actual}").unwrap();
        }
        names.push(name.to_owned());
    }
    assert!(differ.is_empty(), "STEADFAST_BLESS=1 writes what is answered:\n{differ}");
    names.sort();
    let files: Vec<String> = committed().into_iter().map(|(name, _)| name).collect();
    assert_eq!(files, names, "every file has a case");
}
