//! Which argument reads the body is told by the types: the last of what was read, or the last of the handler.

use super::{V1, V2, V3, V4, Version, app, call};
use axum::Router;
use axum::extract::{Query, RawQuery, State};
use axum::http::{HeaderMap, Uri};
use serde::{Deserialize, Serialize};
use steadfast::{Shape, Versioned, api_version, endpoints, get, post, versioned};

#[versioned]
#[derive(Deserialize)]
struct Filter {
    name: String,
}

fn of_header(headers: HeaderMap) -> Query<Filter> {
    Query(Filter { name: headers["x-name"].to_str().unwrap().to_owned() })
}

fn of_query(RawQuery(query): RawQuery) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert("x-name", query.unwrap_or_default().parse().unwrap());
    headers
}

fn of_body(Versioned(name): Versioned<String>) -> Query<Filter> {
    Query(Filter { name })
}

/// The body stays with the handler's own argument.
#[post("/kept")]
#[api_version(
    since = "2024-01-15",
    changed(in = "2025-09-30", request(was(HeaderMap), into(Query<Filter>), upgrade = of_header)),
    changed(in = "2024-12-18", request(was(RawQuery), into(HeaderMap), upgrade = of_query)),
)]
async fn kept(Query(filter): Query<Filter>, Versioned(number): Versioned<u8>) -> String {
    format!("{} {number}", filter.name)
}

/// The handler reads no body, and what stands last in it stays.
#[post("/body")]
#[api_version(
    since = "2024-01-15",
    changed(in = "2025-03-31", request(was(Versioned<String>), into(Query<Filter>), upgrade = of_body)),
)]
async fn body(Query(filter): Query<Filter>, State(()): State<()>) -> String {
    filter.name
}

/// None of many reads it.
#[get("/none")]
#[api_version(
    since = "2024-01-15",
    changed(in = "2025-03-31", request(was(RawQuery), into(HeaderMap), upgrade = of_query)),
    changed(in = "2025-09-30", request(was(HeaderMap), into(Query<Filter>), upgrade = of_header)),
)]
async fn none(Query(filter): Query<Filter>, uri: Uri, State(()): State<()>) -> String {
    format!("{} {}", filter.name, uri.path())
}

trait Named: Shape + Serialize + Send + 'static {
    const NAME: &'static str;
}

#[versioned]
#[derive(Serialize)]
struct Apple;

impl Named for Apple {
    const NAME: &'static str = "apple";
}

fn counted<T: Named>(answer: Versioned<Vec<T>>) -> String {
    format!("{} {}", answer.0.len(), T::NAME)
}

/// A handler with a parameter of its own.
#[get("/generic")]
#[api_version(
    since = "2024-01-15",
    changed(in = "2025-03-31", response(downgrade = counted)),
    changed(in = "2024-12-18", request(was(HeaderMap), into(Query<Filter>), upgrade = of_header), status(200, was = 203)),
)]
async fn generic<T: Named>(Query(filter): Query<Filter>) -> Versioned<Vec<T>> {
    assert_eq!(filter.name, T::NAME);
    Versioned(Vec::new())
}

fn router() -> Router {
    app(endpoints![Version; kept, body, none, generic::<Apple>])
}

#[tokio::test]
async fn the_body_is_read_by_what_reads_it() {
    let app = router();
    for (request, version, headers, sent, answer) in [
        ("POST /kept?name=a", V4, vec![], "1", "a 1"),
        ("POST /kept", V3, vec![("x-name", "b")], "2", "b 2"),
        ("POST /kept", V2, vec![("x-name", "b")], "2", "b 2"),
        ("POST /kept?c", V1, vec![], "3", "c 3"),
        ("POST /body?name=a", V3, vec![], "", "a"),
        ("POST /body", V2, vec![], r#""b""#, "b"),
        ("POST /body?name=a", V1, vec![], r#""b""#, "b"),
        ("GET /none?name=a", V4, vec![], "", "a /none"),
        ("GET /none", V3, vec![("x-name", "b")], "", "b /none"),
        ("GET /none?c", V1, vec![], "", "c /none"),
        ("GET /generic?name=apple", V4, vec![], "", "[]"),
        ("GET /generic?name=apple", V2, vec![], "", "0 apple"),
    ] {
        let got = call(&app, request, version, &headers, sent).await;
        assert_eq!((got.status, got.body.as_str()), (200, answer), "{request} {version}");
    }
    let oldest = call(&app, "GET /generic", V1, &[("x-name", "apple")], "").await;
    assert_eq!((oldest.status, oldest.body.as_str()), (203, "0 apple"));
}
