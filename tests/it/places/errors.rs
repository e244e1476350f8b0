use super::{V1, V2, V3, Version, at, server};
use serde::Serialize;
use serde_json::{Value, json};
use steadfast::axum::response::{IntoResponse, Response};
use steadfast::http::StatusCode;
use steadfast::{DescribeResponse, Problem, Versioned, api_version, endpoints, get, versioned};

#[versioned]
#[derive(Serialize)]
struct Limits {
    #[renamed(in = "2024-12-18", was(min))]
    minimum: i64,
    #[changed(in = "2025-07-01", was(unit: String), downgrade = |units: &Vec<String>| units.join("/"))]
    units: Vec<String>,
}

fn limits() -> Limits {
    Limits { minimum: 1, units: vec!["eur".to_owned(), "usd".to_owned()] }
}

fn refused() -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "https://example.com/amount", "Amount refused")
        .member("unit", "fixed")
        .extend(Versioned(limits()))
}

#[get("/refuses")]
#[api_version(since = "2024-01-01")]
async fn refuses() -> Result<String, Problem> {
    Err(refused())
}

/// A task of its own knows no version, neither of a problem that it makes nor of one that it renders.
#[get("/made-elsewhere")]
#[api_version(since = "2024-01-01")]
async fn made_elsewhere() -> Problem {
    tokio::spawn(async { refused() }).await.unwrap()
}

#[get("/rendered-elsewhere")]
#[api_version(since = "2024-01-01", opaque)]
async fn rendered_elsewhere() -> Response {
    tokio::spawn(async { refused().into_response() }).await.unwrap()
}

#[get("/neutral")]
#[api_version(neutral)]
async fn neutral() -> Problem {
    refused()
}

#[versioned]
#[derive(Serialize)]
struct Greedy {
    status: u16,
    #[serde(rename = "type")]
    kind: &'static str,
    more: u8,
}

#[get("/greedy")]
#[api_version(since = "2024-01-01")]
async fn greedy() -> Problem {
    let problem = Problem::new(StatusCode::CONFLICT, "https://example.com/greedy", "Greedy");
    problem
        .extend(Versioned(Greedy { status: 1, kind: "no", more: 2 }))
        .extend(Versioned(3))
        .extend(Versioned(limits()))
}

enum PayError {
    Declined(Limits),
    NotFound,
}

impl DescribeResponse for PayError {
    type Body = Versioned<Limits>;
}

impl IntoResponse for PayError {
    fn into_response(self) -> Response {
        match self {
            Self::Declined(limits) => (StatusCode::PAYMENT_REQUIRED, Versioned(limits)).into_response(),
            Self::NotFound => StatusCode::NOT_FOUND.into_response(),
        }
    }
}

#[get("/declined")]
#[api_version(since = "2024-01-01")]
async fn declined() -> Result<Versioned<u8>, PayError> {
    Err(PayError::Declined(limits()))
}

#[get("/missing")]
#[api_version(since = "2024-01-01")]
async fn missing() -> Result<Versioned<u8>, PayError> {
    Err(PayError::NotFound)
}

/// What a version sees of the limits.
fn seen(version: &str) -> Value {
    match version {
        V1 => json!({ "min": 1, "unit": "eur/usd" }),
        V2 => json!({ "minimum": 1, "unit": "eur/usd" }),
        _ => json!({ "minimum": 1, "units": ["eur", "usd"] }),
    }
}

fn with(mut members: Value, limits: Value) -> Value {
    let Value::Object(limits) = limits else { panic!("{limits}") };
    for (name, value) in limits {
        members.as_object_mut().unwrap().entry(name).or_insert(value);
    }
    members
}

#[tokio::test]
async fn members_of_a_problem_follow_the_version() {
    let server =
        server(endpoints![Version; refuses, made_elsewhere, rendered_elsewhere, neutral, greedy]).await;
    let problem = json!({
        "type": "https://example.com/amount", "title": "Amount refused", "status": 422, "retryable": false, "unit": "fixed"
    });
    for version in [V1, V2, V3] {
        for path in ["/refuses", "/made-elsewhere", "/rendered-elsewhere"] {
            let answer = server.get(path, &[&at(version)]).await;
            assert_eq!(answer.problem(), with(problem.clone(), seen(version)), "{version} {path}");
        }
        assert_eq!(server.get("/neutral", &[&at(version)]).await.problem(), with(problem.clone(), seen(V3)));
        let problem = json!({
            "type": "https://example.com/greedy", "title": "Greedy", "status": 409, "retryable": false, "more": 2
        });
        let answer = server.get("/greedy", &[&at(version)]).await;
        assert_eq!(answer.problem(), with(problem, seen(version)), "{version}");
        assert_eq!(answer.body.matches("\"status\"").count(), 1);
    }
}

#[tokio::test]
async fn an_error_of_its_own_follows_the_version() {
    let server = server(endpoints![Version; declined, missing]).await;
    for version in [V1, V2, V3] {
        let answer = server.get("/declined", &[&at(version)]).await;
        assert_eq!((answer.status, answer.header("content-type")), (402, Some("application/json")));
        assert_eq!(serde_json::from_str::<Value>(&answer.body).unwrap(), seen(version));
        assert_eq!(server.get("/missing", &[&at(version)]).await.status, 404);
    }
}
