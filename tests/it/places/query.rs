use super::{Filter, V1, V2, V3, Version, assert_refused, at, filter, given, head, server};
use serde::Deserialize;
use std::collections::HashMap;
use steadfast::extract::Query;
use steadfast::{Api, Header, QueryParam, api_version, endpoints, get, versioned};

#[get("/list")]
#[api_version(since = "2024-01-01")]
async fn list(Query(filter): Query<Filter>) -> String {
    head(&filter)
}

#[get("/neutral")]
#[api_version(neutral)]
async fn neutral(filter: Query<Filter>) -> String {
    head(&filter)
}

#[versioned]
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Strict {
    page: u8,
}

#[get("/strict")]
#[api_version(since = "2024-01-01")]
async fn strict(query: Query<Strict>) -> String {
    query.page.to_string()
}

#[get("/all")]
#[api_version(since = "2024-01-01")]
async fn all(Query(all): Query<HashMap<String, Vec<String>>>) -> String {
    all.into_iter().map(|(name, values)| [&name, "=", &values.join(",")].concat()).collect()
}

#[tokio::test]
async fn each_version_asks_in_its_own_parameters() {
    let server = server(endpoints![Version; list]).await;
    for (version, query, expected) in [
        (V1, "limit=3&customer=c%201&tags=a+b&cents=500&legacy=x", filter(Some(3), &["a", "b"], true)),
        (V1, "cents=500&customer=c+1", filter(None, &[], true)),
        (V1, "cents=500&customer=c+1&customer_id=d&live=maybe", filter(None, &[], true)),
        (V2, "customer_id=c+1&tags=a%20b&euros=5&limit=", filter(None, &["a", "b"], true)),
        (V2, "customer_id=c+1&euros=5&live=maybe&tag=x&tag=y", filter(None, &[], true)),
        (V3, "customer_id=c%201&tag=a&tag=%C3%A4&euros=5&live=false", filter(None, &["a", "ä"], false)),
        (V3, "customer_id=c+1&tag=a+b&euros=5&live=on&limit=1", filter(Some(1), &["a b"], true)),
        (V3, "customer_id=c+1&euros=5&live=true&tags=a", filter(None, &[], true)),
    ] {
        let answer = server.get(&format!("/list?{query}"), &[&at(version)]).await;
        assert_eq!(given(&answer), expected, "{version} {query}");
    }
}

#[tokio::test]
async fn a_refusal_names_the_parameter_as_the_client_does() {
    let server = server(endpoints![Version; list]).await;
    for (version, query, name, detail) in [
        (V1, "customer=c&cents=x", Some("cents"), "invalid digit"),
        (V1, "customer=c&cents=550", Some("cents"), "whole euros only"),
        (V1, "customer_id=c&cents=500", Some("customer"), "missing"),
        (V1, "", Some("customer"), "missing"),
        (V1, "customer=c&cents=500&tags=a&tags=b", Some("tags"), "more than once"),
        (V2, "customer=c&euros=5", Some("customer_id"), "missing"),
        (V2, "customer_id=c&cents=500", Some("euros"), "missing"),
        (V2, "customer_id=c&euros=5&limit=-1", Some("limit"), "invalid digit"),
        (V3, "customer_id=c&customer_id=d&euros=5&live=on", Some("customer_id"), "more than once"),
        (V3, "customer_id=c&euros=5&live=maybe", Some("live"), "maybe"),
        (V3, "customer_id=c&euros=5", Some("live"), "missing"),
    ] {
        let answer = server.get(&format!("/list?{query}"), &[&at(version)]).await;
        assert_refused(&answer, 400, "invalid-query", "parameter", name, detail);
        assert_eq!(answer.header("api-version"), Some(version));
    }
}

#[tokio::test]
async fn without_a_version_the_query_is_that_of_the_newest() {
    let server = server(endpoints![Version; neutral]).await;
    let answer = server.get("/neutral?customer_id=c+1&tag=a&euros=5&live=on", &[&at(V1)]).await;
    assert_eq!(given(&answer), filter(None, &["a"], true));
    let answer = server.get("/neutral?customer=c", &[]).await;
    assert_refused(&answer, 400, "invalid-query", "parameter", Some("customer_id"), "missing");
}

#[tokio::test]
async fn other_types_are_read_as_they_are() {
    let sources = Header("Api-Version").or(QueryParam("v")).or_reject();
    let api = Api::new(endpoints![Version; strict, all]).version_from(sources).with_state(());
    let server = crate::server::Server::start(api).await;
    for (query, status, body) in [
        ("/strict?v=2024-01-01&page=3", 200, "3"),
        ("/strict?page=3&v=2025-07-01", 200, "3"),
        ("/all?v=2024-12-18&a=1&a=2", 200, "a=1,2"),
        ("/all?v=2024-12-18", 200, ""),
        ("/all?a=%FF&v=2024-12-18", 200, "a=\u{fffd}"),
    ] {
        let answer = server.get(query, &[]).await;
        assert_eq!((answer.status, answer.body.as_str()), (status, body), "{query}");
    }
    let answer = server.get("/strict?v=2024-01-01&page=3&more=1", &[]).await;
    assert_refused(&answer, 400, "invalid-query", "parameter", Some("more"), "unknown field");
}
