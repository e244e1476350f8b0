//! What an upgrade or a check refuses is pointed at in the shape that the client sent.

use super::{V1, V2, V3, Version, assert_refused, at, server};
use crate::server::Server;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use steadfast::extract::Query;
use steadfast::{Versioned, api_version, endpoints, get, post, versioned};

#[versioned]
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    #[renamed(in = "2025-07-01", was(net_amount))]
    #[changed(
        in = "2024-12-18",
        was(#[serde(rename = "cents~/")] cents: i64, currency: String),
        upgrade = amount,
        downgrade = |amount: &i64| (amount * 100, "eur".to_owned())
    )]
    #[constrained(in = "2024-12-18", check = below_thousand)]
    #[constrained(check = not_thirteen)]
    total_amount: i64,
    #[added(in = "2025-07-01", default = 1)]
    #[constrained(check = not_zero)]
    count: u8,
    #[serde(default)]
    pair: Option<Pair>,
    #[serde(default)]
    unit: Option<Unit>,
}

fn amount(cents: i64, currency: String) -> Result<i64, String> {
    if currency == "eur" { Ok(cents / 100) } else { Err(format!("no rate of {currency}")) }
}

fn below_thousand(amount: &i64) -> Result<(), &'static str> {
    if *amount < 1000 { Ok(()) } else { Err("must be below 1000") }
}

fn not_thirteen(amount: &i64) -> Result<(), &'static str> {
    if *amount == 13 { Err("must not be 13") } else { Ok(()) }
}

fn not_zero(count: &u8) -> Result<(), &'static str> {
    if *count == 0 { Err("must not be 0") } else { Ok(()) }
}

/// Whose second position is the number that was text.
#[versioned]
#[derive(Serialize, Deserialize)]
struct Pair(
    u8,
    #[changed(in = "2024-12-18", was(String), upgrade = parse, downgrade = u8::to_string)]
    #[constrained(check = not_zero)]
    u8,
);

/// What is in it, in every version.
#[versioned]
#[derive(Serialize, Deserialize)]
struct Unit(#[changed(in = "2024-12-18", was(String), upgrade = parse, downgrade = u8::to_string)] u8);

fn parse(text: String) -> Result<u8, std::num::ParseIntError> {
    text.parse()
}

#[versioned]
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[removed(in = "2024-12-18", was(OldBank(String)), upgrade = bank)]
#[constrained(in = "2024-12-18", check = Source::is_open)]
enum Source {
    Bank(u8),
    Closed,
}

fn bank(number: String) -> Result<Source, std::num::ParseIntError> {
    number.parse().map(Source::Bank)
}

impl Source {
    fn is_open(&self) -> Result<(), String> {
        if matches!(self, Self::Closed) { Err("the source is closed".to_owned()) } else { Ok(()) }
    }
}

/// What is behind a tag is read from a copy, into which no path leads.
#[versioned]
#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Tagged {
    Wrapped { line: Line },
}

/// The first that can be read is.
#[versioned]
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Either {
    Line(Line),
    Number { unit: u8 },
}

#[versioned]
#[derive(Serialize, Deserialize)]
#[constrained(in = "2025-07-01", check = Order::has_lines)]
struct Order {
    #[renamed(in = "2025-07-01", was(items))]
    lines: Vec<Line>,
    #[serde(default)]
    by_name: BTreeMap<String, Vec<Line>>,
    #[serde(default)]
    source: Option<Source>,
    #[serde(default)]
    tagged: Option<Tagged>,
    #[serde(default)]
    either: Option<Either>,
}

impl Order {
    fn has_lines(&self) -> Result<(), &'static str> {
        if self.lines.is_empty() { Err("an order has lines") } else { Ok(()) }
    }
}

#[post("/orders")]
#[api_version(since = "2024-01-01")]
async fn order(Versioned(order): Versioned<Order>) -> String {
    order.lines.iter().map(|line| line.total_amount.to_string()).collect::<Vec<_>>().join(",")
}

#[versioned]
#[derive(Deserialize)]
struct Page {
    #[changed(in = "2024-12-18", was(#[serde(rename = "count/all")] count: String), upgrade = parse)]
    #[constrained(in = "2024-12-18", check = not_zero)]
    limit: u8,
}

#[get("/pages")]
#[api_version(since = "2024-01-01")]
async fn pages(Query(page): Query<Page>) -> String {
    page.limit.to_string()
}

async fn started() -> Server {
    server(endpoints![Version; order, pages]).await
}

#[tokio::test]
async fn the_pointer_is_the_field_that_the_client_sent() {
    let server = started().await;
    let line_1 = r#"{"cents~/":100,"currency":"usd"}"#;
    for (version, body, pointer, detail) in [
        (V1, format!(r#"{{"items":[{line_1}]}}"#), "/items/0/cents~0~1", "no rate of usd"),
        (
            V1,
            format!(r#"{{"items":[],"by_name":{{"a/b":[{line_1}]}}}}"#),
            "/by_name/a~1b/0/cents~0~1",
            "no rate",
        ),
        (
            V1,
            r#"{"items":[{"cents~/":1300,"currency":"eur"}]}"#.to_owned(),
            "/items/0/cents~0~1",
            "not be 13",
        ),
        (V2, r#"{"items":[{"netAmount":1},{"netAmount":13}]}"#.to_owned(), "/items/1/netAmount", "not be 13"),
        (V2, r#"{"items":[{"netAmount":1000}]}"#.to_owned(), "/items/0/netAmount", "below 1000"),
        (
            V3,
            r#"{"lines":[{"totalAmount":1000,"count":1}]}"#.to_owned(),
            "/lines/0/totalAmount",
            "below 1000",
        ),
        (V3, r#"{"lines":[{"totalAmount":1,"count":0}]}"#.to_owned(), "/lines/0/count", "not be 0"),
        (
            V1,
            r#"{"items":[{"cents~/":1,"currency":"eur","pair":[1,"x"]}]}"#.to_owned(),
            "/items/0/pair/1",
            "digit",
        ),
        (V2, r#"{"items":[{"netAmount":1,"pair":[1,0]}]}"#.to_owned(), "/items/0/pair/1", "not be 0"),
        (V1, r#"{"items":[{"cents~/":1,"currency":"eur","unit":"x"}]}"#.to_owned(), "/items/0/unit", "digit"),
        (V1, r#"{"items":[],"source":{"old_bank":"x"}}"#.to_owned(), "/source/old_bank", "digit"),
        (V2, r#"{"items":[],"source":"closed"}"#.to_owned(), "/source", "closed"),
        (V3, r#"{"lines":[]}"#.to_owned(), "", "an order has lines"),
        // What is read from a copy has the place of the copy.
        (
            V1,
            format!(r#"{{"items":[],"tagged":{{"kind":"wrapped","line":{line_1}}}}}"#),
            "/tagged",
            "no rate",
        ),
        (V1, format!(r#"{{"items":[],"either":{line_1}}}"#), "/either", "did not match any variant"),
    ] {
        let answer = server.post("/orders", &[&at(version), "Content-Type: application/json"], &body).await;
        assert_refused(&answer, 422, "invalid-body", "pointer", Some(pointer), detail);
    }
}

#[tokio::test]
async fn a_check_holds_from_its_version_on() {
    let server = started().await;
    for (version, body, expected) in [
        (V1, r#"{"items":[{"cents~/":100000,"currency":"eur"}]}"#, "1000"),
        (V1, r#"{"items":[],"source":"closed"}"#, ""),
        (V2, r#"{"items":[]}"#, ""),
        (V2, r#"{"items":[{"netAmount":999}]}"#, "999"),
        // Another alternative was read after the first one was refused.
        (V1, r#"{"items":[],"either":{"cents~/":1,"currency":"usd","unit":"1"}}"#, "refused"),
        (V2, r#"{"items":[],"either":{"netAmount":13,"unit":1}}"#, ""),
    ] {
        let answer = server.post("/orders", &[&at(version), "Content-Type: application/json"], body).await;
        match expected {
            "refused" => assert_refused(&answer, 422, "invalid-body", "pointer", Some("/either"), "match"),
            _ => assert_eq!((answer.status, answer.body.as_str()), (200, expected), "{body} {answer:?}"),
        }
    }
}

#[tokio::test]
async fn a_parameter_is_called_what_the_client_calls_it() {
    let server = started().await;
    for (version, query, name) in [
        (V1, "count/all=x", "count/all"),
        (V2, "limit=0", "limit"),
        (V2, "limit=x", "limit"),
        (V3, "limit=0", "limit"),
    ] {
        let answer = server.get(&format!("/pages?{query}"), &[&at(version)]).await;
        assert_refused(&answer, 400, "invalid-query", "parameter", Some(name), "");
    }
    let answer = server.get("/pages?count/all=0", &[&at(V1)]).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "0"));
}
