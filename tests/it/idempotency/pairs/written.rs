//! One body, written in ways that are or are not the same to whoever reads it.

use super::super::stores::stores;
use super::super::world::World;
use super::super::{api, clock, endpoint};
use steadfast::Idempotency;

endpoint!(usual, "/usual");

const JSON: &str = "application/json";

#[tokio::test]
async fn what_a_reader_could_tell_apart_is_told_apart() {
    for store in stores(&clock()).await {
        let world = World::new();
        let client = api!(Idempotency::new(store), world; usual);
        let mut calls = 0;
        for ([said, first], [says, retry], is_same) in [
            // Nothing, and three ways to say nothing.
            ([JSON, ""], [JSON, "null"], false),
            ([JSON, ""], [JSON, "{}"], false),
            ([JSON, "null"], [JSON, "{}"], false),
            ([JSON, "{}"], [JSON, "[]"], false),
            ([JSON, "{}"], [JSON, " {\n} "], true),
            // What no reader takes for JSON counts byte by byte.
            ([JSON, "{}"], [JSON, "\u{FEFF}{}"], false),
            ([JSON, "{}"], [JSON, "{}{}"], false),
            ([JSON, "{} x"], [JSON, "{}  x"], false),
            ([JSON, "[1,]"], [JSON, "[1, ]"], false),
            ([JSON, r#""\ud800""#], [JSON, r#" "\ud800""#], false),
            // Of members that repeat a name readers believe the first or the last, or none.
            ([JSON, r#"{"a":1,"a":2}"#], [JSON, r#"{"a":2,"a":1}"#], false),
            ([JSON, r#"{"a":1,"a":2}"#], [JSON, r#"{"a":2}"#], false),
            ([JSON, r#"{"a":1,"\u0061":2}"#], [JSON, r#"{"\u0061":1,"a":2}"#], true),
            ([JSON, r#"{"b":0,"a":1}"#], [JSON, r#"{"\u0061":1,"b":0}"#], true),
            // Two spellings of one letter are two texts.
            ([JSON, "\"\u{E9}\""], [JSON, "\"e\u{301}\""], false),
            ([JSON, "\"\u{E9}\""], [JSON, r#""\u00E9""#], true),
            ([JSON, "\"\u{1F600}\""], [JSON, r#""\ud83d\ude00""#], true),
            ([JSON, r#""a/b""#], [JSON, r#""a\/b""#], true),
            ([JSON, "[0]"], [JSON, "[-0]"], false),
            ([JSON, "[1e0]"], [JSON, "[1E0]"], false),
            // What a body is counts as far as it decides how it is read.
            ([JSON, "[1]"], ["Application/JSON; charset=UTF-8", "[ 1 ]"], true),
            ([JSON, "[1]"], ["application/vnd.acme.v2+json", "[ 1 ]"], true),
            ([JSON, "[1]"], ["text/plain", "[ 1 ]"], false),
            (["text/plain", "[1]"], ["text/plain", "[ 1 ]"], false),
            ([JSON, "[1]"], ["text/plain", "[1]"], true),
        ] {
            calls += 1;
            let key = &calls.to_string();
            let send = async |kind, body| {
                client.send("POST", "/usual", &[("idempotency-key", key), ("content-type", kind)], body).await
            };
            send(said, first).await.is_fresh(201, &format!("call {calls}"));
            let answer = send(says, retry).await;
            if is_same {
                assert!(answer.is_replay(), "{said} {first} {says} {retry}: {answer:?}");
            } else {
                assert_eq!(answer.status, 422, "{said} {first} {says} {retry}");
                answer.is_problem(422, "key-reused");
            }
        }
    }
}
