//! A value that moves from one place of a request to another.

use super::{V1, V2, V3, V4, Version, app, call};
use axum::Router;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steadfast::{Created, Problem, Versioned, api_version, endpoints, get, post, versioned};

#[versioned]
#[derive(Deserialize)]
struct OldExpand {
    #[serde(default)]
    expand: String,
}

/// Its own history goes on below the change of the endpoint.
#[versioned]
#[derive(Deserialize)]
struct OldCharge {
    #[renamed(in = "2024-12-18", was(cents))]
    amount: i64,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Charge {
    amount: i64,
    expand: Vec<String>,
}

fn expand_into_body(
    Query(OldExpand { expand }): Query<OldExpand>,
    Versioned(OldCharge { amount }): Versioned<OldCharge>,
) -> Result<Versioned<Charge>, String> {
    if amount < 0 {
        return Err(format!("{amount} is not an amount"));
    }
    let expand = expand.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect();
    Ok(Versioned(Charge { amount, expand }))
}

/// The attributes stand in any order.
#[api_version(
    since = "2024-01-15",
    changed(
        in = "2025-03-31",
        request(was(Query<OldExpand>, Versioned<OldCharge>), into(Versioned<Charge>), upgrade = expand_into_body),
    ),
)]
#[post("/charges")]
async fn create(
    _state: State<()>,
    _headers: HeaderMap,
    Versioned(new): Versioned<Charge>,
) -> Result<Created<Versioned<Charge>>, Problem> {
    Ok(Created::at("/charges/1", Versioned(new)))
}

/// From a header to the query, beside arguments that stay.
#[versioned]
#[derive(Debug, Deserialize, Serialize)]
struct Page {
    limit: Option<u32>,
}

fn limit_of_header(headers: HeaderMap) -> Query<Page> {
    let limit = headers.get("x-limit").and_then(|value| value.to_str().ok()?.parse().ok());
    Query(Page { limit })
}

#[get("/charges")]
#[api_version(
    since = "2024-01-15",
    changed(in = "2025-09-30", request(was(HeaderMap), into(Query<Page>), upgrade = limit_of_header))
)]
async fn list(Query(page): Query<Page>, State(()): State<()>) -> Versioned<Page> {
    Versioned(page)
}

/// Several arguments from one.
fn parts(Versioned((name, limit)): Versioned<(String, u32)>) -> (Name, Versioned<Page>) {
    (Name(name), Versioned(Page { limit: Some(limit) }))
}

struct Name(String);

impl<S: Sync> axum::extract::FromRequestParts<S> for Name {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut axum::http::request::Parts, _: &S) -> Result<Self, Problem> {
        let name = parts.headers.get("x-name").and_then(|value| value.to_str().ok());
        let missing =
            || Problem::new(axum::http::StatusCode::BAD_REQUEST, "https://example.com/name", "No name");
        name.map(|name| Self(name.to_owned())).ok_or_else(missing)
    }
}

#[post("/names")]
#[api_version(
    since = "2024-01-15",
    changed(in = "2024-12-18", request(was(Versioned<(String, u32)>), into(Name, Versioned<Page>), upgrade = parts))
)]
async fn named(Name(name): Name, Versioned(page): Versioned<Page>) -> String {
    format!("{name} {:?}", page.limit)
}

fn router() -> Router {
    app(endpoints![Version; create, list, named])
}

#[tokio::test]
async fn a_value_moves_from_the_query_into_the_body() {
    let app = router();
    for (version, uri, body) in [
        (V1, "POST /charges?expand=a,b", r#"{"cents":5}"#),
        (V2, "POST /charges?expand=a,b", r#"{"amount":5}"#),
        (V3, "POST /charges?expand=c", r#"{"amount":5,"expand":["a","b"]}"#),
        (V4, "POST /charges", r#"{"amount":5,"expand":["a","b"]}"#),
    ] {
        let answer = call(&app, uri, version, &[], body).await;
        assert_eq!(
            (answer.status, answer.json()),
            (201, json!({ "amount": 5, "expand": ["a", "b"] })),
            "{version}"
        );
        assert_eq!(answer.all("api-version"), [version]);
    }
}

#[tokio::test]
async fn a_request_of_another_time_is_refused_in_the_words_of_its_own() {
    let app = router();
    for (version, body, detail) in [
        (V1, r#"{"amount":5}"#, "missing field `cents`"),
        (V2, r#"{"cents":5}"#, "missing field `amount`"),
        (V3, r#"{"amount":5}"#, "missing field `expand`"),
    ] {
        let answer = call(&app, "POST /charges", version, &[], body).await;
        assert_eq!((answer.status, &answer.json()["detail"]), (422, &json!(detail)), "{version}");
        assert_eq!(answer.json()["type"], "urn:steadfast:problem:invalid-body");
    }
}

#[tokio::test]
async fn what_an_upgrade_refuses_is_a_problem() {
    let app = router();
    for (version, body) in [(V1, r#"{"cents":-1}"#), (V2, r#"{"amount":-1}"#)] {
        let answer = call(&app, "POST /charges", version, &[], body).await;
        assert_eq!(answer.all("content-type"), ["application/problem+json"]);
        assert_eq!(
            answer.json(),
            json!({
                "type": "urn:steadfast:problem:invalid-request",
                "title": "Request does not have the shape of this version",
                "status": 422,
                "detail": "-1 is not an amount",
                "retryable": false,
            })
        );
        assert_eq!((answer.status, answer.all("api-version")), (422, vec![version]));
    }
    let answer = call(&app, "POST /charges", V3, &[], r#"{"amount":-1,"expand":[]}"#).await;
    assert_eq!(answer.status, 201);
}

#[tokio::test]
async fn a_value_moves_from_a_header_into_the_query() {
    let app = router();
    for (version, limit) in [(V1, 3), (V2, 3), (V3, 3), (V4, 7)] {
        let answer = call(&app, "GET /charges?limit=7", version, &[("x-limit", "3")], "").await;
        assert_eq!((answer.status, answer.json()), (200, json!({ "limit": limit })), "{version}");
    }
    // What the newest version reads is not looked at before.
    assert_eq!(call(&app, "GET /charges?limit=x", V3, &[], "").await.status, 200);
    assert_eq!(call(&app, "GET /charges?limit=x", V4, &[], "").await.status, 400);
}

#[tokio::test]
async fn one_argument_was_what_are_several() {
    let app = router();
    let old = call(&app, "POST /names", V1, &[], r#"["a",1]"#).await;
    assert_eq!((old.status, old.body.as_str()), (200, "a Some(1)"));
    for version in [V2, V3, V4] {
        let new = call(&app, "POST /names", version, &[("x-name", "b")], r#"{"limit":2}"#).await;
        assert_eq!((new.status, new.body.as_str()), (200, "b Some(2)"), "{version}");
        assert_eq!(call(&app, "POST /names", version, &[], r#"["a",1]"#).await.status, 400, "{version}");
    }
}
