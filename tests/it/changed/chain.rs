//! Several changes, of several dates.

use super::{V1, V2, V3, V4, Version, app, call};
use axum::extract::{Query, RawQuery};
use axum::http::HeaderMap;
use std::cell::RefCell;
use steadfast::{Versioned, api_version, endpoints, post};

thread_local! {
    static STEPS: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
}

fn step(name: &'static str) {
    STEPS.with_borrow_mut(|steps| steps.push(name));
}

struct One(String);
struct Two(String);

fn first(RawQuery(query): RawQuery) -> Query<Vec<(String, String)>> {
    step("upgrade of V2");
    Query(vec![("q".to_owned(), query.unwrap_or_default())])
}

fn second(Query(pairs): Query<Vec<(String, String)>>) -> HeaderMap {
    step("upgrade of V3");
    let mut headers = HeaderMap::new();
    headers.insert("q", pairs[0].1.parse().unwrap());
    headers
}

fn third(headers: HeaderMap) -> Versioned<String> {
    step("upgrade of V4");
    Versioned(headers["q"].to_str().unwrap().to_owned())
}

fn new_to_two(answer: String) -> Two {
    step("downgrade of V4");
    Two(answer + "-2")
}

fn two_to_one(Two(answer): Two) -> One {
    step("downgrade of V3");
    One(answer + "-1")
}

fn one_to_text(One(answer): One) -> String {
    step("downgrade of V2");
    answer + "-0"
}

impl steadfast::DescribeResponse for Two {
    type Body = ();
}

impl axum::response::IntoResponse for Two {
    fn into_response(self) -> axum::response::Response {
        self.0.into_response()
    }
}

impl steadfast::DescribeResponse for One {
    type Body = ();
}

impl axum::response::IntoResponse for One {
    fn into_response(self) -> axum::response::Response {
        self.0.into_response()
    }
}

/// Written in no order of dates.
#[post("/chain")]
#[api_version(
    since = "2024-01-15",
    changed(in = "2025-03-31", request(was(Query<Vec<(String, String)>>), into(HeaderMap), upgrade = second)),
    changed(
        in = "2025-09-30",
        response(downgrade = new_to_two),
        request(was(HeaderMap), into(Versioned<String>), upgrade = third)
    ),
    changed(
        in = "2024-12-18",
        request(was(RawQuery), into(Query<Vec<(String, String)>>), upgrade = first),
        response(downgrade = one_to_text)
    ),
    changed(in = "2025-03-31", response(downgrade = two_to_one)),
)]
async fn chain(Versioned(text): Versioned<String>) -> String {
    step("handler");
    text
}

#[tokio::test]
async fn requests_go_oldest_first_and_answers_newest_first() {
    let app = app(endpoints![Version; chain]);
    let up = ["upgrade of V2", "upgrade of V3", "upgrade of V4"];
    let down = ["downgrade of V4", "downgrade of V3", "downgrade of V2"];
    for (newer, version, uri, headers, sent, body) in [
        (0, V1, "POST /chain?a", vec![], "", "a-2-1-0"),
        (1, V2, "POST /chain?q=b", vec![], "", "b-2-1"),
        (2, V3, "POST /chain", vec![("q", "c")], "", "c-2"),
        (3, V4, "POST /chain", vec![], r#""d""#, "d"),
    ] {
        STEPS.take();
        let answer = call(&app, uri, version, &headers, sent).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, body), "{version}");
        let expected: Vec<_> =
            up[newer..].iter().chain(&["handler"]).chain(&down[..3 - newer]).copied().collect();
        assert_eq!(STEPS.take(), expected, "{version}");
    }
}
