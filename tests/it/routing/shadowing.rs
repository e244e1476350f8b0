//! Paths that only some versions have do not stand in the way of the others.

use super::{Version, at};
use crate::server::Server;
use axum::Router;
use axum::extract::{MatchedPath, Path};
use axum::http::Uri;
use serde::Deserialize;
use steadfast::{
    Api, Header, PathSegment, VersionPolicy, api_version, delete, endpoints, get, put, versioned,
};

#[get("/users/{id}")]
#[api_version(since = "2024-01-01")]
async fn user(matched: MatchedPath, Path(id): Path<String>) -> String {
    format!("user {id} {}", matched.as_str())
}

#[delete("/users/{id}")]
#[api_version(since = "2024-01-01")]
async fn delete_user(Path(id): Path<String>) -> String {
    format!("deleted {id}")
}

#[get("/users/me")]
#[api_version(since = "2024-12-18")]
async fn me(matched: MatchedPath) -> String {
    format!("me {}", matched.as_str())
}

/// axum cannot tell this path from the next one; no version has both.
#[get("/files/{*path}")]
#[api_version(since = "2024-01-01", until = "2024-12-18")]
async fn file(Path(path): Path<String>) -> String {
    format!("file {path}")
}

#[get("/files/{*path}")]
#[api_version(since = "2025-07-01", gap)]
async fn file_again(path: Path<String>) -> String {
    file(path).await
}

#[get("/files/{name}/versions")]
#[api_version(since = "2024-12-18", until = "2025-07-01")]
async fn versions_of_file(Path(name): Path<String>) -> String {
    format!("versions {name}")
}

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

#[get("/b/{x}/c")]
#[api_version(since = "2024-01-01", until = "2024-12-18")]
async fn b_by_x(Path(X { x }): Path<X>) -> String {
    format!("x {x}")
}

#[get("/b/{y}/d")]
#[api_version(since = "2024-12-18")]
async fn b_by_y(Path(Y { y }): Path<Y>) -> String {
    format!("y {y}")
}

async fn server(policy: VersionPolicy<Version, ()>) -> Server {
    let endpoints = endpoints![
        Version; user, delete_user, me, file, file_again, versions_of_file, b_by_x, b_by_y
    ];
    Server::start(Api::new(endpoints).version_from(policy).with_state(())).await
}

#[tokio::test]
async fn a_path_is_matched_among_those_of_its_version() {
    let by_header = server(Header("Api-Version").or_reject()).await;
    let by_path = server(PathSegment("/").or_reject()).await;
    for (version, request, status, body) in [
        ("2024-01-01", "GET /users/7", 200, "user 7 /users/{id}"),
        ("2024-12-18", "GET /users/7", 200, "user 7 /users/{id}"),
        ("2024-01-01", "GET /users/me", 200, "user me /users/{id}"),
        ("2024-12-18", "GET /users/me", 200, "me /users/me"),
        ("2025-07-01", "GET /users/me", 200, "me /users/me"),
        ("2024-01-01", "DELETE /users/me", 200, "deleted me"),
        ("2024-01-01", "GET /files/a/b", 200, "file a/b"),
        ("2024-01-01", "GET /files/a/versions", 200, "file a/versions"),
        ("2024-12-18", "GET /files/a/versions", 200, "versions a"),
        ("2024-12-18", "GET /files/a/b", 404, ""),
        ("2025-07-01", "GET /files/a/versions", 200, "file a/versions"),
        ("2024-01-01", "GET /b/7/c", 200, "x 7"),
        ("2024-12-18", "GET /b/7/c", 404, ""),
        ("2024-01-01", "GET /b/7/d", 404, ""),
        ("2024-12-18", "GET /b/7/d", 200, "y 7"),
    ] {
        let (method, path) = request.split_once(' ').unwrap();
        for answer in [
            by_header.call(request, &at(version), "").await,
            by_path.call(&format!("{method} /{version}{path}"), &["X-Nothing: 1"], "").await,
        ] {
            assert_eq!(answer.status, status, "{version} {request}: {answer:?}");
            if status == 200 {
                // Under a version's segment the matched path may begin with it.
                assert!(
                    answer.body == body || answer.body.replace(&format!(" /{version}/"), " /") == body,
                    "{version} {request}: {answer:?}"
                );
            }
            assert_eq!(answer.header("api-version"), Some(version), "{request}");
        }
    }
}

#[tokio::test]
async fn the_methods_of_a_path_are_those_of_its_match() {
    let server = server(Header("Api-Version").or_reject()).await;
    for (version, path, allow) in [
        ("2024-01-01", "/users/me", &["DELETE", "GET", "HEAD", "OPTIONS"][..]),
        ("2024-12-18", "/users/7", &["DELETE", "GET", "HEAD", "OPTIONS"]),
        ("2024-12-18", "/files/a/versions", &["GET", "HEAD", "OPTIONS"]),
        ("2024-01-01", "/files/a/versions", &["GET", "HEAD", "OPTIONS"]),
    ] {
        for (method, status) in [("PUT", 405), ("OPTIONS", 204)] {
            let answer = server.call(&format!("{method} {path}"), &at(version), "").await;
            let mut allowed: Vec<&str> = answer.header("allow").unwrap().split(", ").collect();
            allowed.sort_unstable();
            assert_eq!((answer.status, allowed.as_slice()), (status, allow), "{version} {method} {path}");
        }
    }
}

#[get("/old/{id}")]
#[api_version(since = "2024-01-01", until = "2024-12-18")]
async fn old_name(path: Path<u32>) -> String {
    new_name(path).await
}

#[get("/new/{id}")]
#[api_version(since = "2024-12-18")]
async fn new_name(Path(id): Path<u32>) -> String {
    format!("thing {id}")
}

#[put("/things/{id}")]
#[api_version(since = "2024-01-01", until = "2024-12-18")]
async fn put_then(Path(id): Path<u32>) -> String {
    format!("then {id}")
}

#[put("/things/{id}")]
#[api_version(since = "2025-07-01", gap)]
async fn put_again(Path(id): Path<u32>) -> String {
    format!("again {id}")
}

#[tokio::test]
async fn paths_are_renamed_removed_and_restored_in_the_path_as_well() {
    let endpoints = endpoints![Version; old_name, new_name, put_then, put_again];
    let app = Api::new(endpoints).version_from(PathSegment("/").or_reject()).with_state(());
    let server = Server::start(app).await;
    for (request, status, body) in [
        ("GET /v1/old/7", 200, "thing 7"),
        ("GET /v2/old/7", 404, ""),
        ("GET /v1/new/7", 404, ""),
        ("GET /v2/new/7", 200, "thing 7"),
        ("PUT /v1/things/7", 200, "then 7"),
        ("PUT /v2/things/7", 404, ""),
        ("PUT /v3/things/7", 200, "again 7"),
        ("GET /v3/things/7", 405, ""),
        ("GET /v1/v1/old/7", 404, ""),
        ("GET /v1", 404, ""),
        ("GET /v1/", 404, ""),
    ] {
        let answer = server.call(request, &["X-Nothing: 1"], "").await;
        assert_eq!(answer.status, status, "{request}");
        if status == 200 {
            assert_eq!(answer.body, body, "{request}");
        }
    }
}

/// Pins by the target of the request.
async fn pin(uri: Uri) -> Option<Version> {
    let known = ["/users/7?pin", "/users/?pin", "/users?pin"].contains(&uri.to_string().as_str());
    known.then_some(Version::V2)
}

#[get("/users")]
#[api_version(since = "2024-01-01")]
async fn users() -> &'static str {
    "users"
}

#[get("/users/")]
#[api_version(since = "2024-01-01")]
async fn users_again() -> &'static str {
    "users"
}

#[tokio::test]
async fn a_pin_sees_the_path_that_endpoints_declare() {
    // With and without versions that match differently.
    for endpoints in
        [endpoints![Version; user, me, users, users_again], endpoints![Version; user, users, users_again]]
    {
        let policy = Header("Api-Version").pinned_by("X-Key", pin).or_reject();
        let app = Router::new().nest("/shop", Api::new(endpoints).version_from(policy).with_state(()));
        let server = Server::start(app).await;
        for path in ["/shop/users/7?pin", "/shop/users?pin", "/shop/users/?pin"] {
            let answer = server.get(path, &[]).await;
            assert_eq!(answer.header("api-version"), Some("2024-12-18"), "{path}: {answer:?}");
            assert_eq!(answer.status, 200, "{path}");
        }
    }
}

#[get("/accounts/{id}")]
async fn account(Path(id): Path<String>) -> String {
    format!("account {id}")
}

#[get("/accounts/{id}")]
#[api_version(since = "2024-01-01")]
async fn account_at(Path(id): Path<String>) -> String {
    format!("account {id}")
}

#[get("/accounts/me")]
#[api_version(since = "2024-12-18")]
async fn my_account() -> &'static str {
    "mine"
}

#[get("/accounts/health")]
async fn health() -> &'static str {
    "ok"
}

/// What looks at no version asks nobody which one it is, also in the midst of paths that do.
#[tokio::test]
async fn neutral_endpoints_among_others_ask_no_pin() {
    struct Nobody;

    impl<S: Sync> axum::extract::FromRequestParts<S> for Nobody {
        type Rejection = axum::http::StatusCode;

        async fn from_request_parts(
            _: &mut axum::http::request::Parts,
            _: &S,
        ) -> Result<Self, Self::Rejection> {
            Err(axum::http::StatusCode::UNAUTHORIZED)
        }
    }

    async fn pin(_: Nobody) -> Option<Version> {
        None
    }

    let policy = || Header("Api-Version").pinned_by("X-Api-Key", pin).or_reject();
    let apart: Router =
        Api::new(endpoints![Version; account_at, my_account, health]).version_from(policy()).with_state(());
    let server = Server::start(apart).await;
    let answer = server.get("/accounts/health", &[]).await;
    assert_eq!((answer.status, answer.body.as_str(), answer.header("vary")), (200, "ok", None));
    assert_eq!(server.get("/accounts/7", &[]).await.status, 401);
    let v1 = server.get("/accounts/me", &["Api-Version: 2024-01-01"]).await;
    assert_eq!(v1.body, "account me");

    let alone: Router =
        Api::new(endpoints![Version; account, my_account]).version_from(policy()).with_state(());
    let answer = Server::start(alone).await.get("/accounts/7", &[]).await;
    assert_eq!((answer.status, answer.body.as_str(), answer.header("vary")), (200, "account 7", None));
}
