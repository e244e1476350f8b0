//! Paths, nesting, merging and fallbacks.

use super::{ALL, Version, at};
use crate::server::Server;
use axum::Router;
use axum::extract::{MatchedPath, OriginalUri, Path, RawPathParams};
use axum::http::{StatusCode, Uri};
use axum::response::IntoResponse;
use axum::routing::get as route;
use std::collections::BTreeMap;
use steadfast::{Api, Header, PathSegment, api_version, endpoints, get};

#[get("/items/{id}")]
#[api_version(since = "2024-01-01", until = "2025-07-01")]
async fn item(
    matched: MatchedPath,
    OriginalUri(original): OriginalUri,
    uri: Uri,
    Path(id): Path<u32>,
) -> String {
    format!("{} {original} {uri} {id}", matched.as_str())
}

#[get("/orders/{order}/lines/{line}")]
#[api_version(since = "2024-01-01")]
async fn line(Path(all): Path<BTreeMap<String, String>>, Path(pairs): Path<Vec<(String, String)>>) -> String {
    format!("{all:?} {pairs:?}")
}

#[get("/raw/{*rest}")]
#[api_version(since = "2024-12-18")]
async fn raw(raw: RawPathParams) -> String {
    raw.iter().map(|(name, value)| format!("{name}={value};")).collect::<Vec<_>>().concat()
}

#[get("/health")]
async fn health() -> &'static str {
    "ok"
}

fn api<S2: Clone + Send + Sync + 'static>() -> Router<S2> {
    Api::new(endpoints![Version; item, line, raw, health])
        .version_from(Header("Api-Version").or_reject())
        .with_state(())
}

fn api_by_path() -> Router {
    Api::new(endpoints![Version; item, line, raw, health])
        .version_from(PathSegment("/").or_reject())
        .with_state(())
}

#[tokio::test]
async fn a_handler_sees_the_path_that_was_asked_for() {
    let server = Server::start(Router::new().nest("/shop", api()).merge(api())).await;
    for (path, matched, uri) in [
        ("/items/7?a=b", "/items/{id}", "/items/7?a=b"),
        ("/shop/items/7?a=b", "/shop/items/{id}", "/items/7?a=b"),
    ] {
        let answer = server.call(&format!("GET {path}"), &at("2024-01-01"), "").await;
        assert_eq!(answer.body, format!("{matched} {path} {uri} 7"));
    }
}

#[tokio::test]
async fn parameters_are_those_of_the_endpoint() {
    let by_header = Server::start(api()).await;
    let by_path = Server::start(api_by_path()).await;
    let lines = r#"{"line": "b c", "order": "a"} [("order", "a"), ("line", "b c")]"#;
    for (path, body) in [("/orders/a/lines/b%20c", lines), ("/raw/a/b/c", "rest=a/b/c;")] {
        assert_eq!(by_header.call(&format!("GET {path}"), &at("2024-12-18"), "").await.body, body);
        for segment in ["v2", "2024-12-18"] {
            // The segment of the version is nobody's parameter.
            assert_eq!(by_path.get(&format!("/{segment}{path}"), &[]).await.body, body, "{segment}{path}");
        }
    }
    let bad = by_header.call("GET /items/seven", &at("2024-01-01"), "").await;
    assert_eq!((bad.status, bad.header("api-version")), (400, Some("2024-01-01")), "axum's own rejection");
}

#[get("/orders/{id}")]
#[api_version(since = "2024-01-01")]
async fn of_tenant(Path((tenant, id)): Path<(String, u32)>) -> String {
    format!("{tenant} {id}")
}

#[tokio::test]
async fn a_parameter_of_the_router_around_comes_first() {
    let api: Router = Api::new(endpoints![Version; of_tenant])
        .version_from(Header("Api-Version").or_reject())
        .with_state(());
    let server = Server::start(Router::new().nest("/tenants/{tenant}", api)).await;
    assert_eq!(server.call("GET /tenants/acme/orders/7", &at("2025-07-01"), "").await.body, "acme 7");
}

#[tokio::test]
async fn a_router_with_a_state_of_another_type_merges_and_nests_it() {
    #[derive(Clone)]
    struct Other(&'static str);
    let app = Router::new()
        .route(
            "/other",
            route(|axum::extract::State(Other(text)): axum::extract::State<Other>| async move { text }),
        )
        .merge(api::<Other>())
        .nest("/nested", api::<Other>())
        .with_state(Other("other"));
    let server = Server::start(app).await;
    assert_eq!(server.get("/other", &[]).await.body, "other");
    assert_eq!(server.call("GET /nested/items/7", &at("2024-01-01"), "").await.status, 200);
    assert_eq!(server.call("GET /items/7", &at("2024-01-01"), "").await.status, 200);
}

#[tokio::test]
async fn two_apis_live_in_one_router() {
    let second: Router = Api::new(endpoints![Version; of_tenant_v2])
        .version_from(Header("X-Version").or_default(Version::V1))
        .with_state(());
    let server = Server::start(api().merge(second)).await;
    let answer = server.get("/second", &["Api-Version: junk"]).await;
    assert_eq!((answer.body.as_str(), answer.header("x-version")), ("second", Some("2024-01-01")));
    assert_eq!((answer.header("vary"), answer.header("api-version")), (Some("x-version"), None));
    assert_eq!(server.call("GET /items/7", &at("2024-01-01"), "").await.status, 200);
}

#[get("/second")]
#[api_version(since = "2024-01-01")]
async fn of_tenant_v2() -> &'static str {
    "second"
}

#[tokio::test]
async fn a_fallback_answers_what_no_version_has() {
    let fallback = || async { (StatusCode::IM_A_TEAPOT, "fallback").into_response() };
    let server = Server::start(api().fallback(fallback)).await;
    for (request, version, status) in [
        ("GET /nowhere", "2024-01-01", 418),
        ("POST /nowhere", "junk", 418),
        ("GET /items/7/more", "2024-01-01", 418),
        ("GET /items/7", "2024-01-01", 200),
        // The path is the API's own: it answers for the versions that do not have it.
        ("GET /items/7", "2025-07-01", 404),
        ("POST /items/7", "2024-01-01", 405),
        ("GET /raw/a", "2024-01-01", 404),
    ] {
        let answer = server.call(request, &at(version), "").await;
        assert_eq!(answer.status, status, "{request} {version}");
        if status == 418 {
            assert_eq!((answer.header("api-version"), answer.header("vary")), (None, None), "{request}");
        }
        if status == 404 {
            assert_eq!(answer.problem_type(), "not-found");
        }
    }
    let by_path = Server::start(api_by_path().fallback(fallback)).await;
    for (path, status) in [
        ("/nowhere", 418),
        ("/junk/items/7", 418),
        ("/v1/items/7", 200),
        ("/v3/items/7", 404),
        ("/health", 200),
    ] {
        assert_eq!(by_path.get(path, &[]).await.status, status, "{path}");
    }
    // Below a version's segment everything is the API's.
    let nowhere = by_path.get("/v1/nowhere", &[]).await;
    assert_eq!((nowhere.status, nowhere.problem_type().as_str()), (404, "not-found"));
}

#[tokio::test]
async fn an_absent_path_is_named_as_the_client_wrote_it() {
    let server = Server::start(Router::new().nest("/shop", api())).await;
    let answer = server.call("GET /shop/items/7", &at("2025-07-01"), "").await;
    assert_eq!(answer.problem()["detail"], "/shop/items/7 does not exist in 2025-07-01");
    for version in ALL {
        assert_eq!(server.call("GET /shop/health", &at(version), "").await.body, "ok");
    }
}

/// What the macros accept as a path, the router accepts.
#[test]
fn accepted_paths_are_routes() {
    for path in ["/", "/a", "/a/", "/a/{id}", "/a/{id}/b/{*rest}", "/a/b{id}", "/v1/{{literal}}"] {
        let _: Router = Router::new().route(path, route(|| async {}));
    }
}
