//! The segment of a version among paths that could be taken for it, and around routers.

use super::Version;
use crate::server::Server;
use axum::Router;
use axum::extract::{OriginalUri, Path, Query, Request};
use axum::http::{StatusCode, Uri, header};
use axum::middleware::map_request;
use axum::response::IntoResponse;
use serde::Deserialize;
use steadfast::{
    Api, ApiVersions, Date, FixedClock, Header, MediaType, MemoryStore, PathSegment, QueryParam, api_version,
    endpoints, get, idempotent, post, versioned,
};

#[get("/{name}")]
#[api_version(since = "2024-01-01")]
async fn one(version: Version, Path(name): Path<String>) -> String {
    format!("one {name} {version}")
}

#[get("/{first}/{second}")]
#[api_version(since = "2024-01-01")]
async fn two(version: Version, Path((first, second)): Path<(String, String)>) -> String {
    format!("two {first} {second} {version}")
}

#[get("/files/{*rest}")]
#[api_version(since = "2024-01-01")]
async fn rest(version: Version, Path(rest): Path<String>) -> String {
    format!("rest {rest} {version}")
}

#[tokio::test]
async fn parameters_in_front_do_not_take_the_segment() {
    let app: Router = Api::new(endpoints![Version; one, two, rest])
        .version_from(PathSegment("/").or_default(Version::V3))
        .with_state(());
    let server = Server::start(app).await;
    for (path, body) in [
        ("/a", "one a 2025-07-01"),
        ("/v1/a", "one a 2024-01-01"),
        ("/2024-12-18/a", "one a 2024-12-18"),
        ("/v9/a", "two v9 a 2025-07-01"),
        ("/v1/a/b", "two a b 2024-01-01"),
        ("/v1/v2/b", "two v2 b 2024-01-01"),
        ("/files/a/b", "rest a/b 2025-07-01"),
        ("/v1/files/a/b", "rest a/b 2024-01-01"),
    ] {
        let answer = server.get(path, &[]).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, body), "{path}");
    }
    // The target may be written with its authority (RFC 9112 section 3.2.2).
    assert_eq!(server.get("http://test/v1/a", &[]).await.body, "one a 2024-01-01");
}

#[tokio::test]
async fn an_empty_segment_is_a_segment() {
    let app: Router = Api::new(endpoints![Version; rest])
        .version_from(PathSegment("/").or_default(Version::V3))
        .with_state(());
    let server = Server::start(app).await;
    for path in ["//files/a", "//v1/files/a", "/v1//files/a", "/v1/files//"] {
        let answer = server.get(path, &[]).await;
        assert_eq!(answer.status, if path == "/v1/files//" { 200 } else { 404 }, "{path}: {answer:?}");
    }
}

#[tokio::test]
async fn a_layer_may_give_a_request_another_path() {
    async fn renamed(mut request: Request) -> Request {
        *request.uri_mut() = Uri::from_static("/v1/files/b");
        request
    }

    let app: Router = Api::new(endpoints![Version; rest])
        .version_from(PathSegment("/").or_default(Version::V3))
        .with_state(())
        .layer(map_request(renamed));
    let answer = Server::start(app).await.get("/v1/files/a", &[]).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "rest b 2024-01-01"));
}

#[get("/")]
#[api_version(since = "2024-01-01", until = "2025-07-01")]
async fn root(version: Version) -> String {
    format!("root {version}")
}

#[tokio::test]
async fn the_root_has_versions_as_well() {
    let app: Router = Api::new(endpoints![Version; root])
        .version_from(PathSegment("/").or_default(Version::V2))
        .with_state(());
    let server = Server::start(app).await;
    assert_eq!(server.get("/", &[]).await.body, "root 2024-12-18");
    let paths = ["/v1", "/v1/"];
    let mut roots = Vec::new();
    for path in paths {
        roots.push(server.get(path, &[]).await.body == "root 2024-01-01");
    }
    assert!(roots.contains(&true), "one of {paths:?} is the root of a version");
    assert_eq!(server.get("/v9/", &[]).await.status, 404);
}

#[versioned]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Page {
    page: u8,
}

#[get("/pages")]
#[api_version(since = "2024-01-01")]
async fn page(Query(Page { page }): Query<Page>, uri: Uri, OriginalUri(original): OriginalUri) -> String {
    format!("{page} {uri} {original}")
}

#[tokio::test]
async fn the_parameter_of_the_version_is_not_the_handler_s() {
    let app: Router = Api::new(endpoints![Version; page])
        .version_from(QueryParam("v").or_default(Version::V2))
        .with_state(());
    let server = Server::start(app).await;
    for (query, left) in [
        ("page=3&v=2024-01-01", "page=3"),
        ("v=2024-01-01&page=3", "page=3"),
        ("v=2024-01-01&page=3&v=2024-01-01", "page=3"),
        ("page=3", "page=3"),
    ] {
        let answer = server.get(&format!("/pages?{query}"), &[]).await;
        assert_eq!(answer.body, format!("3 /pages?{left} /pages?{query}"), "{query}");
    }
}

#[derive(ApiVersions)]
enum Ending {
    #[version("2024-01-01", alias = "v1", deprecated = "2025-01-01", sunset = "2025-07-01")]
    V1,
    #[version("2024-12-18", alias = "v2")]
    V2,
    #[version("2025-07-01", alias = "v3")]
    V3,
}

#[get("/orders/{id}")]
#[api_version(since = "2024-01-01", opaque)]
async fn order(Path(id): Path<u32>) -> impl IntoResponse {
    ([(header::LOCATION, format!("/orders/{id}"))], id.to_string())
}

#[tokio::test]
async fn a_nested_api_sends_its_clients_to_urls_that_exist() {
    for today in ["2025-02-01", "2025-08-01"] {
        let app: Router = Api::new(endpoints![Ending; order])
            .version_from(PathSegment("/").or_default(Ending::V3))
            .clock(FixedClock::at_start_of(Date::parse(today).unwrap()))
            .with_state(());
        let server = Server::start(Router::new().nest("/shop", app)).await;
        let old = server.get("/shop/v1/orders/7", &[]).await;
        assert_eq!(old.status, if today == "2025-02-01" { 200 } else { 410 });
        let links = old.all("link").join(", ");
        assert!(links.contains("</shop/v2/orders/7>; rel=\"successor-version\""), "{links}");
        assert!(links.contains("</shop/v3/orders/7>; rel=\"latest-version\""), "{links}");
        for version in ["/v2", "/v3", ""] {
            assert_eq!(server.get(&format!("/shop{version}/orders/7"), &[]).await.body, "7");
        }
    }
}

#[post("/")]
#[api_version(since = "2024-01-01", opaque)]
#[idempotent(ttl = "24h", scope = none)]
async fn create() -> impl IntoResponse {
    (StatusCode::CREATED, [(header::LOCATION, "/shop/orders/7")], "created")
}

#[get("/orders/{id}")]
#[api_version(since = "2024-01-01")]
async fn created() -> &'static str {
    "order"
}

#[tokio::test]
async fn the_root_of_a_nested_version_is_that_of_the_api() {
    let app: Router = Api::new(endpoints![Version; create, created])
        .version_from(PathSegment("/").or(QueryParam("v")).or_default(Version::V3))
        .idempotency(MemoryStore::new())
        .with_state(());
    let server = Server::start(Router::new().nest("/shop", app)).await;
    let key = ["Idempotency-Key: one"];
    for (path, location) in [
        ("/shop/v1", "/shop/v1/orders/7"),
        ("/shop/v1/", "/shop/v1/orders/7"),
        ("/shop/v2", "/shop/v2/orders/7"),
        ("/shop", "/shop/orders/7"),
        ("/shop?v=2024-12-18", "/shop/orders/7"),
    ] {
        let answer = server.post(path, &key, "").await;
        assert_eq!((answer.status, answer.header("location")), (201, Some(location)), "{path}: {answer:?}");
        assert_eq!(answer.header("idempotency-replayed"), (path != "/shop/v1").then_some("true"), "{path}");
        assert_eq!(server.get(answer.header("location").unwrap(), &[]).await.body, "order");
    }
}

#[get("/{first}/{second}")]
#[api_version(since = "2024-01-01", opaque)]
async fn refer(Path((_, second)): Path<(String, String)>) -> impl IntoResponse {
    let links = "</v2/b>; rel=\"next\", </2024-12-18>; rel=\"up\", </a/b>; rel=\"prev\"";
    [(header::LOCATION, format!("/{second}/b")), (header::LINK, links.to_owned())]
}

#[tokio::test]
async fn a_target_that_names_its_version_stays() {
    let app: Router = Api::new(endpoints![Version; one, refer])
        .version_from(PathSegment("/").or_default(Version::V3))
        .with_state(());
    let server = Server::start(app).await;
    for (path, location) in
        [("/v1/a/v2", "/v2/b"), ("/v1/a/2025-07-01", "/2025-07-01/b"), ("/v1/a/x", "/v1/x/b")]
    {
        let answer = server.get(path, &[]).await;
        assert_eq!(answer.header("location"), Some(location), "{path}");
        let links = "</v2/b>; rel=\"next\", </2024-12-18>; rel=\"up\", </v1/a/b>; rel=\"prev\"";
        assert_eq!(answer.header("link"), Some(links), "{path}");
    }
}

#[derive(ApiVersions)]
enum Short {
    #[version("2024-01-01", alias = "v1", sunset = "2025-01-01")]
    V1,
    #[version("2024-12-18", alias = "v2", sunset = "2025-07-01")]
    V2,
    #[version("2025-07-01", alias = "v3")]
    V3,
}

#[get("/all")]
#[api_version(since = "2024-01-01")]
async fn all() -> &'static str {
    "all"
}

#[get("/")]
#[api_version(since = "2024-01-01")]
async fn start() -> &'static str {
    "start"
}

#[get("/ending")]
#[api_version(since = "2024-01-01", deprecated = "2024-06-01", sunset = "2024-12-01")]
async fn ending() -> &'static str {
    "ending"
}

fn links(successor: &str, latest: &str) -> String {
    format!("<{successor}>; rel=\"successor-version\", <{latest}>; rel=\"latest-version\"")
}

#[tokio::test]
async fn nobody_is_sent_to_what_has_ended() {
    for (today, version, path, expected) in [
        ("2025-01-01", "v1", "all", links("/v2/all", "/v3/all")),
        ("2025-07-01", "v1", "all", links("/v3/all", "/v3/all")),
        ("2025-07-01", "v2", "all", links("/v3/all", "/v3/all")),
        // It ends in all versions on one day.
        ("2024-01-01", "v1", "ending", String::new()),
        ("2025-01-01", "v2", "ending", String::new()),
    ] {
        let app: Router = Api::new(endpoints![Short; all, ending])
            .version_from(PathSegment("/").or_default(Short::V3))
            .clock(FixedClock::at_start_of(Date::parse(today).unwrap()))
            .with_state(());
        let answer = Server::start(app).await.get(&format!("/{version}/{path}"), &[]).await;
        assert_eq!(answer.all("link").join(", "), expected, "{today} {version} {path}");
    }
}

#[tokio::test]
async fn the_successor_of_a_nested_root_is_the_root() {
    for (prefix, nested) in [("", false), ("/shop", true)] {
        let api: Router = Api::new(endpoints![Short; start])
            .version_from(PathSegment("/").or(Header("Api-Version")).or_reject())
            .clock(FixedClock::at_start_of(Date::parse("2025-01-01").unwrap()))
            .with_state(());
        let server = Server::start(if nested { Router::new().nest(prefix, api) } else { api }).await;
        let root = if nested { prefix } else { "/" };
        let answer = server.get(root, &["Api-Version: 2024-12-18"]).await;
        assert_eq!((answer.status, answer.all("link").join(", ")), (200, links(root, root)));
        for path in ["/v2", "/v2/"] {
            let answer = server.get(&format!("{prefix}{path}"), &[]).await;
            let target = format!("{prefix}/v3/");
            assert_eq!(
                (answer.status, answer.all("link").join(", ")),
                (200, links(&target, &target)),
                "{path}"
            );
        }
    }
}

#[tokio::test]
async fn what_has_ended_is_not_offered() {
    for (today, supported) in [
        ("2024-12-31", &["2024-01-01", "2024-12-18", "2025-07-01"][..]),
        ("2025-01-01", &["2024-12-18", "2025-07-01"]),
        ("2025-07-01", &["2025-07-01"]),
    ] {
        let app: Router = Api::new(endpoints![Short; all])
            .version_from(PathSegment("/").or_reject())
            .clock(FixedClock::at_start_of(Date::parse(today).unwrap()))
            .with_state(());
        let answer = Server::start(app).await.get("/all", &[]).await;
        assert_eq!(answer.status, 400);
        assert_eq!(answer.problem()["supported"], serde_json::json!(supported), "{today}");
    }
}

#[derive(ApiVersions)]
enum Alike {
    #[version("2024-01-01", alias = "v1")]
    V1,
    #[version("2024-12-18", alias = "V1")]
    V2,
}

#[get("/which")]
#[api_version(since = "2024-01-01")]
async fn which(version: Alike) -> String {
    version.to_string()
}

#[tokio::test]
async fn aliases_that_differ_in_case_are_told_apart_everywhere() {
    let app: Router = Api::new(endpoints![Alike; which])
        .version_from(PathSegment("/").or(MediaType("application/vnd.acme+json")).or_reject())
        .with_state(());
    let server = Server::start(app).await;
    for version in [Alike::V1, Alike::V2] {
        let alias = Alike::TIMELINE.releases[version.position()].alias.unwrap();
        let accept = format!("Accept: application/vnd.acme.{alias}+json");
        assert_eq!(server.get(&format!("/{alias}/which"), &[]).await.body, version.to_string());
        assert_eq!(server.get("/which", &[&accept]).await.body, version.to_string());
    }
    let detail = server.get("/which", &[]).await.problem()["detail"].clone();
    assert!(
        detail.as_str().unwrap().starts_with("name the version in the path, as in `/{version}/…`"),
        "{detail}"
    );
}
