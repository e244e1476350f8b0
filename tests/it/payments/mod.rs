//! The example `payments` as its clients meet it: the real program, on a real socket, over a real file.

#![allow(clippy::print_stdout, reason = "what a run has met, for whoever wants to know")]

mod bad_bodies;
mod bad_keys;
mod bad_versions;
mod client;
mod contract;
mod crashes;
mod lifecycle;
mod money_moves_once;
mod program;
mod replays;
mod slow_database;
mod start;
mod torture;

use client::{Answer, Request};
use serde_json::{Value, json};

const VERSIONS: [&str; 3] = ["2024-01-15", "2024-12-18", "2025-09-30"];

/// A day on which all three versions answer.
const ALL_LIVE: &str = "2025-03-01";

/// What a client of `version` sends to pay 10 dollars.
fn new_payment(version: &str) -> Value {
    match version {
        "2024-01-15" => json!({ "amount_cents": 1000, "currency": "usd", "customer": "cus_1" }),
        _ => json!({ "amount": { "value": 1000, "currency": "usd" }, "customer": "cus_1" }),
    }
}

/// `POST /payments` as acme with a body of 2025-09-30.
fn pay(key: &str) -> Request {
    Request::new("POST", "/payments").merchant("acme").key(key).json(&new_payment("2025-09-30"))
}

/// Asserts that the answer is this problem of the framework; returns the document.
fn assert_problem(answer: &Answer, status: u16, slug: &str) -> Value {
    assert_problem_type(answer, status, &format!("urn:steadfast:problem:{slug}"))
}

/// Asserts that the answer is this problem of the example itself; returns the document.
fn assert_own_problem(answer: &Answer, status: u16, slug: &str) -> Value {
    assert_problem_type(answer, status, &format!("https://payments.example/problems/{slug}"))
}

fn assert_problem_type(answer: &Answer, status: u16, kind: &str) -> Value {
    assert_eq!(answer.status, status, "{answer:?}");
    assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{answer:?}");
    let problem = answer.json();
    assert_eq!(problem["type"], kind, "{answer:?}");
    assert_eq!(problem["status"], status, "{answer:?}");
    assert!(problem["title"].is_string(), "{answer:?}");
    assert!(problem["detail"].is_string(), "{answer:?}");
    let temporary = status >= 500 || matches!(kind, "urn:steadfast:problem:in-progress");
    assert_eq!(problem["retryable"], temporary, "{answer:?}");
    problem
}
