//! What the compiler cannot see is loud where it happens.

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::response::IntoResponse;
use futures_util::stream;
use http_body_util::{BodyExt, Collected};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::convert::Infallible;
use steadfast::http::StatusCode;
use steadfast::stream::{Ndjson, ndjson};
use steadfast::{
    Api, ApiVersions, Call, Header, Problem, Versioned, api_version, at_served, endpoints, get, post, stored,
    versioned,
};
use tower::ServiceExt;

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
    #[version("2025-09-30")]
    V2025_09_30,
}

#[versioned]
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Ticket {
    #[renamed(in = "2025-09-30", was(seat))]
    seat_no: u32,
}

fn ticket() -> Ticket {
    Ticket { seat_no: 7 }
}

#[get("/json")]
#[api_version(since = "2024-01-15", opaque)]
async fn by_hand() -> axum::Json<serde_json::Value> {
    axum::Json(json!({ "ticket": ticket() }))
}

#[post("/read")]
#[api_version(since = "2024-01-15")]
async fn read_by_hand(body: String) -> String {
    format!("{:?}", serde_json::from_str::<Ticket>(&body).map(|ticket| ticket.seat_no).ok())
}

#[get("/text")]
async fn unsaid() -> String {
    serde_json::to_string(&ticket()).unwrap()
}

#[get("/neutral")]
#[api_version(neutral)]
async fn neutral() -> String {
    serde_json::to_string(&ticket()).unwrap()
}

#[get("/stored")]
#[api_version(since = "2024-01-15")]
async fn in_the_database() -> String {
    stored(|| serde_json::to_string(&ticket())).unwrap()
}

#[get("/served")]
#[api_version(since = "2024-01-15")]
async fn for_the_client() -> String {
    at_served(|| serde_json::to_string(&ticket())).unwrap()
}

#[get("/later")]
#[api_version(since = "2024-01-15", opaque)]
async fn later() -> Body {
    let text = || Ok::<_, Infallible>(serde_json::to_string(&ticket()).unwrap());
    Body::from_stream(stream::once(async move { text() }))
}

#[get("/spawned")]
#[api_version(since = "2024-01-15", opaque)]
async fn spawned() -> axum::response::Response {
    let answer = async { ndjson(stream::iter([Ok::<_, Infallible>(ticket())])).into_response() };
    let body = tokio::spawn(async { answer.await.into_body().collect().await.map(Collected::to_bytes) });
    match body.await {
        Ok(Ok(body)) => body.into_response(),
        Ok(Err(error)) => error.to_string().into_response(),
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

#[get("/carried")]
#[api_version(since = "2024-01-15")]
async fn carried() -> String {
    let text = async { at_served(|| serde_json::to_string(&ticket())).unwrap() };
    tokio::spawn(Call::current().scope(text)).await.unwrap()
}

#[get("/items")]
#[api_version(since = "2024-01-15")]
async fn items() -> Ndjson<impl futures_util::Stream<Item = Result<Ticket, Infallible>>> {
    ndjson(stream::iter([Ok(ticket())]))
}

#[get("/member")]
#[api_version(since = "2024-01-15")]
async fn member() -> Problem {
    Problem::new(StatusCode::CONFLICT, "https://example.com/taken", "Taken").member("taken", Some(ticket()))
}

#[versioned]
#[derive(Debug, Clone, Serialize)]
struct Told {
    #[changed(in = "2025-09-30", was(text: String), downgrade = unsaid_text)]
    held: Ticket,
}

fn unsaid_text(ticket: &Ticket) -> String {
    serde_json::to_string(ticket).unwrap()
}

#[versioned]
#[derive(Debug, Clone, Serialize)]
struct Kept {
    #[changed(in = "2025-09-30", was(text: String), downgrade = stored_text)]
    held: Ticket,
}

fn stored_text(ticket: &Ticket) -> String {
    stored(|| serde_json::to_string(ticket)).unwrap()
}

#[get("/told")]
#[api_version(since = "2024-01-15")]
async fn told() -> Versioned<Told> {
    Versioned(Told { held: ticket() })
}

#[get("/kept")]
#[api_version(since = "2024-01-15")]
async fn kept() -> Versioned<Kept> {
    Versioned(Kept { held: ticket() })
}

/// One problem for all calls.
static TAKEN: std::sync::LazyLock<Problem> = std::sync::LazyLock::new(|| {
    Problem::new(StatusCode::CONFLICT, "https://example.com/taken", "Taken").member("taken", ticket())
});

#[get("/taken")]
#[api_version(since = "2024-01-15")]
async fn taken() -> Problem {
    TAKEN.clone()
}

fn app() -> Router {
    Api::new(endpoints![
        Version;
        by_hand, read_by_hand, unsaid, neutral, in_the_database, for_the_client, later, spawned, carried, items, member,
        told, kept, taken
    ])
    .version_from(Header("Api-Version").or_default(Version::V2025_09_30))
    .with_state(())
    .layer(axum::middleware::map_response(|response: axum::response::Response| async { response }))
}

/// Returns the body of the response to a client of the first version, or why there is none.
async fn ask(app: Router, method: &str, path: &str, body: &'static str) -> Result<String, String> {
    let request = Request::builder().method(method).uri(path).header("api-version", "2024-01-15");
    let request = request.header("content-type", "application/json").body(Body::from(body)).unwrap();
    let answer = async {
        let response = app.oneshot(request).await.unwrap();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        String::from_utf8(body.to_vec()).unwrap()
    };
    tokio::spawn(answer).await.map_err(|error| {
        let panic = error.into_panic();
        panic.downcast_ref::<String>().cloned().unwrap_or_default()
    })
}

#[tokio::test]
#[cfg(debug_assertions)]
async fn type_that_nobody_puts_into_the_shape_of_the_client_is_a_fault() {
    let served = "in a call that is served at 2024-01-15, where it has another shape";
    for (method, path, why) in [
        ("GET", "/json", served),
        ("POST", "/read", served),
        ("GET", "/later", served),
        ("GET", "/text", "in a call of an endpoint that does not say which versions it answers"),
        ("GET", "/told", "was written or read by a conversion, which says nothing of the version"),
        ("GET", "/spawned", "was to be written or read for a client where no call says in which version"),
    ] {
        let fault = ask(app(), method, path, r#"{"seat":7}"#).await.unwrap_err();
        assert!(fault.contains("silence::Ticket`") && fault.contains(why), "{path}: {fault}");
    }
    assert!(steadfast::shape_faults() >= 5);
}

#[tokio::test]
async fn type_in_the_shape_of_the_client_or_in_one_that_is_said_is_none() {
    for (path, body) in [
        ("/neutral", r#"{"seat_no":7}"#),
        ("/stored", r#"{"seat_no":7}"#),
        ("/served", r#"{"seat":7}"#),
        ("/carried", r#"{"seat":7}"#),
        ("/kept", r#"{"text":"{\"seat_no\":7}"}"#),
        ("/items", "{\"seat\":7}\n"),
    ] {
        assert_eq!(ask(app(), "GET", path, "").await.unwrap(), body, "{path}");
    }
    for path in ["/member", "/taken", "/taken"] {
        assert!(ask(app(), "GET", path, "").await.unwrap().contains(r#""taken":{"seat":7}"#), "{path}");
    }
    let newest = TAKEN.clone().into_response().into_body().collect().await.unwrap().to_bytes();
    assert!(!String::from_utf8_lossy(&newest).contains("taken\":{"), "{newest:?}");
}

#[tokio::test]
#[cfg(debug_assertions)]
async fn layer_around_the_api_is_in_no_call() {
    let answer = |_: axum::response::Response| async { Versioned(ticket()) };
    let around = app().layer(axum::middleware::map_response(answer));
    let body = ask(around, "GET", "/served", "").await.unwrap();
    assert!(body.contains("internal-error") && !body.contains("seat"), "{body}");
    let reads = axum::middleware::from_extractor::<steadfast::extract::Query<Ticket>>();
    let fault = ask(app().layer(reads), "GET", "/served?seat=7", "").await.unwrap_err();
    assert!(fault.contains("where no call says in which version"), "{fault}");
}
