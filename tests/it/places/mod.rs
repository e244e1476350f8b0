//! Data outside of JSON bodies, and JSON that goes on after the handler: each place in the shape of every version.

#![allow(
    clippy::needless_pass_by_value,
    clippy::ptr_arg,
    clippy::struct_field_names,
    clippy::trivially_copy_pass_by_ref,
    reason = "upgrades take columns as they are, downgrades borrow them"
)]

mod cookies;
mod errors;
mod faults;
mod form;
mod headers;
mod path;
mod pointers;
mod query;
mod sockets;
mod streams;

use crate::server::{Answer, Server};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use steadfast::{Api, ApiVersions, Endpoints, Header, versioned};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-01", alias = "v1")]
    V1,
    #[version("2024-12-18", alias = "v2")]
    V2,
    #[version("2025-07-01", alias = "v3")]
    V3,
}

const V1: &str = "2024-01-01";
const V2: &str = "2024-12-18";
const V3: &str = "2025-07-01";

/// Every kind of change, in two steps.
#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Filter {
    /// What every version calls so.
    limit: Option<u32>,
    #[renamed(in = "2024-12-18", was(customer))]
    customer_id: String,
    /// One text in which the tags stood behind each other.
    #[changed(
        in = "2025-07-01",
        was(#[serde(default)] tags: String),
        upgrade = split,
        downgrade = join
    )]
    #[serde(default)]
    tag: Vec<String>,
    #[removed(in = "2024-12-18", was(legacy: Option<String>), downgrade = legacy)]
    #[added(in = "2025-07-01", default = true)]
    live: bool,
    #[changed(in = "2024-12-18", was(cents: i64), upgrade = euros, downgrade = cents)]
    euros: i64,
}

fn split(tags: String) -> Vec<String> {
    tags.split(' ').filter(|tag| !tag.is_empty()).map(str::to_owned).collect()
}

fn join(tags: &Vec<String>) -> String {
    tags.join(" ")
}

fn euros(cents: i64) -> Result<i64, &'static str> {
    if cents % 100 == 0 { Ok(cents / 100) } else { Err("whole euros only") }
}

fn cents(euros: &i64) -> i64 {
    euros * 100
}

fn legacy(filter: &Filter) -> Option<String> {
    filter.live.then(|| format!("L-{}", filter.customer_id))
}

/// What the handler was given, as the head.
fn head(filter: &Filter) -> String {
    steadfast::stored(|| serde_json::to_string(filter)).unwrap()
}

/// The head that [`head`] shows.
fn filter(limit: Option<u32>, tag: &[&str], live: bool) -> Value {
    json!({ "limit": limit, "customer_id": "c 1", "tag": tag, "live": live, "euros": 5 })
}

async fn server(endpoints: Endpoints<Version, (), 0>) -> Server {
    Server::start(Api::new(endpoints).version_from(Header("Api-Version").or_reject()).with_state(())).await
}

/// The header of a version.
fn at(version: &str) -> String {
    format!("Api-Version: {version}")
}

/// The head that the handler was given.
fn given(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{answer:?}");
    serde_json::from_str(&answer.body).unwrap()
}

/// The answer is this problem; `member` names the fault, if it has a name.
fn assert_refused(answer: &Answer, status: u16, slug: &str, member: &str, name: Option<&str>, detail: &str) {
    assert_eq!((answer.status, answer.problem_type().as_str()), (status, slug), "{answer:?}");
    let problem = answer.problem();
    assert_eq!(problem.get(member).and_then(Value::as_str), name, "{answer:?}");
    assert!(problem["detail"].as_str().unwrap().contains(detail), "{detail}: {answer:?}");
    assert_eq!(problem["retryable"], false);
}
