use super::{Filter, V1, V2, V3, Version, assert_refused, at, filter, given, head, server};
use serde_json::json;
use steadfast::axum::response::Response;
use steadfast::extract::Form;
use steadfast::{Problem, api_version, endpoints, get, post};

#[post("/forms")]
#[api_version(since = "2024-01-01")]
async fn take(Form(filter): Form<Filter>) -> String {
    head(&filter)
}

#[get("/forms")]
#[api_version(since = "2024-01-01")]
async fn search(form: Form<Filter>) -> String {
    head(&form)
}

fn stored() -> Form<Filter> {
    let tag = vec!["a".to_owned(), "ä b".to_owned()];
    Form(Filter { limit: None, customer_id: "c 1".to_owned(), tag, live: true, euros: 5 })
}

#[get("/stored")]
#[api_version(since = "2024-01-01")]
async fn show() -> Form<Filter> {
    stored()
}

#[get("/spawned")]
#[api_version(since = "2024-01-01", opaque)]
async fn spawned() -> Result<Response, Problem> {
    use steadfast::axum::response::IntoResponse;
    Ok(tokio::spawn(async { stored().into_response() }).await.unwrap())
}

const FORM: &str = "Content-Type: application/x-www-form-urlencoded";

#[tokio::test]
async fn each_version_sends_its_own_fields() {
    let server = server(endpoints![Version; take, search]).await;
    for (version, form, expected) in [
        (V1, "limit=3&customer=c+1&tags=a+b&cents=500&legacy=x", filter(Some(3), &["a", "b"], true)),
        (V2, "customer_id=c%201&tags=a&euros=5", filter(None, &["a"], true)),
        (V3, "customer_id=c+1&tag=a&euros=5&tag=b&live=false", filter(None, &["a", "b"], false)),
    ] {
        let answer = server.post("/forms", &[&at(version), FORM], form).await;
        assert_eq!(given(&answer), expected, "{version}");
        let with_charset = "content-type: application/X-WWW-form-urlencoded; charset=utf-8";
        let answer = server.post("/forms", &[&at(version), with_charset], form).await;
        assert_eq!(given(&answer), expected, "{version}");
        let answer = server.get(&format!("/forms?{form}"), &[&at(version)]).await;
        assert_eq!(given(&answer), expected, "{version}");
    }
}

#[tokio::test]
async fn a_refusal_points_at_the_field_of_the_client() {
    let server = server(endpoints![Version; take, search]).await;
    for (version, form, pointer, name, detail) in [
        (V1, "customer=c&cents=x", "/cents", Some("cents"), "invalid digit"),
        (V1, "customer=c&cents=550", "/cents", Some("cents"), "whole euros only"),
        (V1, "customer_id=c&cents=500", "", Some("customer"), "customer"),
        (V2, "customer_id=c&euros=5&limit=x", "/limit", Some("limit"), "invalid digit"),
        (V3, "customer_id=c&customer_id=d&euros=5", "/customer_id", Some("customer_id"), "more than once"),
    ] {
        let answer = server.post("/forms", &[&at(version), FORM], form).await;
        assert_refused(&answer, 422, "invalid-body", "pointer", Some(pointer), detail);
        let answer = server.get(&format!("/forms?{form}"), &[&at(version)]).await;
        assert_refused(&answer, 400, "invalid-query", "parameter", name, detail);
    }
    for headers in [vec![at(V1)], vec![at(V1), "content-type: application/json".to_owned()]] {
        let answer = server.call("POST /forms", &headers, "customer=c&cents=500").await;
        assert_refused(&answer, 415, "unsupported-media-type", "pointer", None, "urlencoded");
    }
    let long = format!("customer=c&cents=500&tags={}", "a".repeat(3 << 20));
    let answer = server.post("/forms", &[&at(V1), FORM], &long).await;
    assert_eq!((answer.status, answer.problem_type().as_str()), (413, "body-too-large"));
}

#[tokio::test]
async fn an_answer_has_the_fields_of_the_version() {
    let server = server(endpoints![Version; show, spawned]).await;
    for (version, form) in [
        (V1, "customer=c+1&tags=a+%C3%A4+b&legacy=L-c+1&cents=500"),
        (V2, "customer_id=c+1&tags=a+%C3%A4+b&euros=5"),
        (V3, "customer_id=c+1&tag=a&tag=%C3%A4+b&live=true&euros=5"),
    ] {
        for path in ["/stored", "/spawned"] {
            let answer = server.get(path, &[&at(version)]).await;
            let pairs = |text: &str| {
                let mut pairs: Vec<_> = text.split('&').map(str::to_owned).collect();
                pairs.sort_unstable();
                pairs
            };
            assert_eq!(pairs(&answer.body), pairs(form), "{version} {path}");
            assert_eq!(answer.header("content-type"), Some("application/x-www-form-urlencoded"));
        }
    }
    assert_eq!(serde_json::to_value(stored().0).unwrap()["tag"], json!(["a", "ä b"]));
}
