//! One body, written in ways that are or are not the same to whoever reads it.

use super::super::stores::stores;
use super::super::world::World;
use super::super::{api, clock, endpoint};
use steadfast::Idempotency;

endpoint!(usual, "/usual");
endpoint!(numbers, "/numbers", fingerprint = "jcs");
endpoint!(skipping, "/skipping", fingerprint = skip("/note"));

const JSON: &str = "application/json";

#[tokio::test]
async fn what_a_reader_could_tell_apart_is_told_apart() {
    for store in stores(&clock()).await {
        let world = World::new();
        let client = api!(Idempotency::new(store), world; usual, numbers, skipping);
        let mut calls = 0;
        for (path, [said, first], [says, retry], is_same) in [
            // Nothing, and three ways to say nothing.
            ("/usual", [JSON, ""], [JSON, "null"], false),
            ("/usual", [JSON, ""], [JSON, "{}"], false),
            ("/usual", [JSON, "null"], [JSON, "{}"], false),
            ("/usual", [JSON, "{}"], [JSON, "[]"], false),
            ("/usual", [JSON, "{}"], [JSON, " {\n} "], true),
            // What no reader takes for JSON counts byte by byte.
            ("/usual", [JSON, "{}"], [JSON, "\u{FEFF}{}"], false),
            ("/usual", [JSON, "{}"], [JSON, "{}{}"], false),
            ("/usual", [JSON, "{} x"], [JSON, "{}  x"], false),
            ("/usual", [JSON, "[1,]"], [JSON, "[1, ]"], false),
            ("/usual", [JSON, r#""\ud800""#], [JSON, r#" "\ud800""#], false),
            // Of members that repeat a name readers believe the first or the last, or none.
            ("/usual", [JSON, r#"{"a":1,"a":2}"#], [JSON, r#"{"a":2,"a":1}"#], false),
            ("/usual", [JSON, r#"{"a":1,"a":2}"#], [JSON, r#"{"a":2}"#], false),
            ("/usual", [JSON, r#"{"a":1,"\u0061":2}"#], [JSON, r#"{"\u0061":1,"a":2}"#], true),
            ("/usual", [JSON, r#"{"b":0,"a":1}"#], [JSON, r#"{"\u0061":1,"b":0}"#], true),
            // Two spellings of one letter are two texts.
            ("/usual", [JSON, "\"\u{E9}\""], [JSON, "\"e\u{301}\""], false),
            ("/usual", [JSON, "\"\u{E9}\""], [JSON, r#""\u00E9""#], true),
            ("/usual", [JSON, "\"\u{1F600}\""], [JSON, r#""\ud83d\ude00""#], true),
            ("/usual", [JSON, r#""a/b""#], [JSON, r#""a\/b""#], true),
            ("/usual", [JSON, "[0]"], [JSON, "[-0]"], false),
            ("/usual", [JSON, "[1e0]"], [JSON, "[1E0]"], false),
            ("/numbers", [JSON, "[0]"], [JSON, "[-0.0]"], true),
            ("/numbers", [JSON, "[100]"], [JSON, "[1E+2]"], true),
            ("/numbers", [JSON, "[9007199254740993]"], [JSON, "[9007199254740992]"], false),
            ("/numbers", [JSON, "[0.1]"], [JSON, "[0.1000000000000000055511151231257827]"], false),
            ("/numbers", [JSON, r#"["1"]"#], [JSON, "[1]"], false),
            // A name inside of another value, or of another kind of value, is another place.
            ("/skipping", [JSON, r#"{"note":1}"#], [JSON, r#"{"\u006eote":[{}]}"#], true),
            ("/skipping", [JSON, r#"{"a":{"note":1}}"#], [JSON, r#"{"a":{"note":2}}"#], false),
            ("/skipping", [JSON, r#"[{"note":1}]"#], [JSON, r#"[{"note":2}]"#], false),
            ("/skipping", [JSON, r#"{"Note":1}"#], [JSON, r#"{"Note":2}"#], false),
            ("/skipping", [JSON, r#"{"note":1}"#], [JSON, r#"{"note":1"#], false),
            // What a body is counts as far as it decides how it is read.
            ("/usual", [JSON, "[1]"], ["Application/JSON; charset=UTF-8", "[ 1 ]"], true),
            ("/usual", [JSON, "[1]"], ["application/vnd.acme.v2+json", "[ 1 ]"], true),
            ("/usual", [JSON, "[1]"], ["text/plain", "[ 1 ]"], false),
            ("/usual", ["text/plain", "[1]"], ["text/plain", "[ 1 ]"], false),
            ("/usual", [JSON, "[1]"], ["text/plain", "[1]"], true),
        ] {
            calls += 1;
            let key = &calls.to_string();
            let send = async |kind, body| {
                client.send("POST", path, &[("idempotency-key", key), ("content-type", kind)], body).await
            };
            send(said, first).await.is_fresh(201, &format!("call {calls}"));
            let answer = send(says, retry).await;
            if is_same {
                assert!(answer.is_replay(), "{path} {said} {first} {says} {retry}: {answer:?}");
            } else {
                assert_eq!(answer.status, 422, "{path} {said} {first} {says} {retry}");
                answer.is_problem(422, "key-reused");
            }
        }
    }
}
