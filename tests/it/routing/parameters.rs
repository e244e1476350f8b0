//! One path whose parameter has another name in other versions.

use super::{Version, at};
use crate::server::Server;
use axum::extract::Path;
use serde::Deserialize;
use std::collections::BTreeMap;
use steadfast::{Api, Header, PathSegment, VersionPolicy, api_version, endpoints, get, versioned};

#[versioned]
#[derive(Deserialize)]
struct X {
    x: u32,
}

#[versioned]
#[derive(Deserialize)]
struct Y {
    y: u32,
}

#[get("/a/{x}")]
#[api_version(since = "2024-01-01", until = "2024-12-18")]
async fn by_x(Path(X { x }): Path<X>) -> String {
    format!("x {x}")
}

#[get("/a/{y}")]
#[api_version(since = "2024-12-18")]
async fn by_y(Path(Y { y }): Path<Y>, Path(all): Path<BTreeMap<String, String>>) -> String {
    format!("y {y} {all:?}")
}

async fn server(policy: VersionPolicy<Version, ()>) -> Server {
    Server::start(Api::new(endpoints![Version; by_x, by_y]).version_from(policy).with_state(())).await
}

#[tokio::test]
async fn each_version_has_its_own_names() {
    let by_header = server(Header("Api-Version").or_reject()).await;
    let by_path = server(PathSegment("/").or_reject()).await;
    for (version, path, status, body) in [
        ("2024-01-01", "/a/7", 200, "x 7"),
        ("2024-12-18", "/a/7", 200, r#"y 7 {"y": "7"}"#),
        ("2025-07-01", "/a/7", 200, r#"y 7 {"y": "7"}"#),
        ("2024-01-01", "/a/seven", 400, ""),
    ] {
        for answer in [
            by_header.call(&format!("GET {path}"), &at(version), "").await,
            by_path.get(&format!("/{version}{path}"), &[]).await,
        ] {
            assert_eq!(answer.status, status, "{version} {path}: {answer:?}");
            if status == 200 {
                assert_eq!(answer.body, body, "{version} {path}");
            }
        }
    }
}
