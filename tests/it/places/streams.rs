use super::{V1, V2, V3, Version, at, server};
use crate::server::Server;
use axum::response::sse::{Event, KeepAlive, KeepAliveStream, Sse};
use futures_util::{Stream, StreamExt, stream};
use serde::{Serialize, Serializer};
use std::convert::Infallible;
use std::time::Duration;
use steadfast::http::StatusCode;
use steadfast::stream::{Events, Ndjson, ndjson, sse, sse_with};
use steadfast::{
    Api, Header, MemoryStore, Problem, Versioned, api_version, endpoints, get, idempotent, post, versioned,
};

#[versioned]
#[derive(Serialize)]
struct Tick {
    #[renamed(in = "2024-12-18", was(n))]
    number: u8,
    #[changed(in = "2025-07-01", was(text: String), downgrade = |lines: &Vec<String>| lines.join("\n"))]
    lines: Vec<String>,
}

fn tick(number: u8) -> Tick {
    Tick { number, lines: vec!["a".to_owned(), number.to_string()] }
}

/// What a version sees of it.
fn seen(version: &str, number: u8) -> String {
    match version {
        V1 => format!(r#"{{"n":{number},"text":"a\n{number}"}}"#),
        V2 => format!(r#"{{"number":{number},"text":"a\n{number}"}}"#),
        _ => format!(r#"{{"number":{number},"lines":["a","{number}"]}}"#),
    }
}

/// Ticks that are made when the handler has long returned.
fn ticks<E>(count: u8) -> impl Stream<Item = Result<Tick, E>> {
    stream::iter(1..=count).then(|number| async move {
        tokio::time::sleep(Duration::from_millis(2)).await;
        Ok(tick(number))
    })
}

fn broken() -> Problem {
    let title = "Broken";
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "https://example.com/broken", title)
        .extend(Versioned(tick(9)))
}

#[get("/lines")]
#[api_version(since = "2024-01-01")]
async fn lines() -> Ndjson<impl Stream<Item = Result<Tick, Infallible>>> {
    ndjson(ticks(3))
}

#[get("/lines-of-a-task")]
#[api_version(since = "2024-01-01")]
async fn lines_of_a_task() -> Ndjson<impl Stream<Item = Result<Tick, Infallible>>> {
    tokio::spawn(async { ndjson(ticks(3)) }).await.unwrap()
}

#[get("/neutral-lines")]
#[api_version(neutral)]
async fn neutral_lines() -> Ndjson<impl Stream<Item = Result<Tick, Infallible>>> {
    ndjson(ticks(3))
}

#[get("/broken-lines")]
#[api_version(since = "2024-01-01")]
async fn broken_lines() -> Ndjson<impl Stream<Item = Result<Tick, Problem>>> {
    // What was sent with the error would be lost with it.
    let late = stream::once(async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        Err(broken())
    });
    ndjson(ticks(2).chain(late).chain(stream::once(async { Ok(tick(4)) })))
}

#[get("/events")]
#[api_version(since = "2024-01-01")]
async fn events() -> Sse<Events<impl Stream<Item = Result<Tick, Infallible>>>> {
    sse(ticks(3))
}

#[get("/events-of-a-task")]
#[api_version(since = "2024-01-01")]
async fn events_of_a_task() -> Sse<Events<impl Stream<Item = Result<Tick, Infallible>>>> {
    tokio::spawn(async { sse(ticks(3)) }).await.unwrap()
}

#[get("/kept-alive")]
#[api_version(since = "2024-01-01")]
async fn kept_alive() -> Sse<KeepAliveStream<Events<impl Stream<Item = Result<Tick, Problem>>>>> {
    let late = stream::once(async {
        tokio::time::sleep(Duration::from_millis(150)).await;
        Ok(tick(1))
    });
    sse(late).keep_alive(KeepAlive::new().interval(Duration::from_millis(40)).text("still here"))
}

#[get("/broken-events")]
#[api_version(since = "2024-01-01")]
async fn broken_events() -> Sse<Events<impl Stream<Item = Result<Tick, Problem>>>> {
    sse(ticks(1).chain(stream::once(async { Err(broken()) })).chain(ticks(1)))
}

#[get("/named-events")]
#[api_version(since = "2024-01-01", opaque)]
async fn named_events() -> impl axum::response::IntoResponse {
    sse_with(ticks::<Problem>(1), |tick: &Tick| Event::default().event("tick").id(tick.number.to_string()))
}

/// What cannot be written.
#[versioned]
struct Never;

impl Serialize for Never {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("a secret"))
    }
}

#[get("/unwritable-lines")]
#[api_version(since = "2024-01-01")]
async fn unwritable_lines() -> Ndjson<impl Stream<Item = Result<Never, Infallible>>> {
    ndjson(stream::iter([Ok(Never)]))
}

#[get("/unwritable-events")]
#[api_version(since = "2024-01-01")]
async fn unwritable_events() -> Sse<Events<impl Stream<Item = Result<Never, Infallible>>>> {
    sse(stream::iter([Ok(Never)]))
}

#[tokio::test]
async fn lines_have_the_shape_of_the_version() {
    let server = server(endpoints![Version; lines, lines_of_a_task, neutral_lines]).await;
    for version in [V1, V2, V3] {
        for (path, shape) in [("/lines", version), ("/lines-of-a-task", version), ("/neutral-lines", V3)] {
            let answer = server.get(path, &[&at(version)]).await;
            let expected: String = [1, 2, 3].map(|number| seen(shape, number) + "\n").concat();
            assert_eq!((answer.status, answer.body), (200, expected), "{version} {path}");
            let media_type = answer.headers.iter().find(|(name, _)| name == "content-type").unwrap();
            assert_eq!(media_type.1, "application/x-ndjson");
        }
    }
}

/// Requests of all versions at once, whose items are made in turns.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn streams_of_many_versions_do_not_mix() {
    let server = server(endpoints![Version; lines]).await;
    let calls = (0..60).map(|i| {
        let (server, version) = (&server, [V1, V2, V3][i % 3]);
        async move {
            let answer = server.get("/lines", &[&at(version)]).await;
            assert_eq!(answer.body, [1, 2, 3].map(|number| seen(version, number) + "\n").concat());
        }
    });
    futures_util::future::join_all(calls).await;
}

/// An answer of unknown length is not kept, and so a stream is told once.
#[post("/paid")]
#[api_version(since = "2024-01-01", opaque)]
#[idempotent(ttl = "1h", scope = none)]
async fn paid() -> impl axum::response::IntoResponse {
    ndjson(ticks::<Problem>(2))
}

#[tokio::test]
async fn a_retry_of_a_stream_hears_that_it_is_done() {
    for version in [V1, V2, V3] {
        let api = Api::new(endpoints![Version; paid]).version_from(Header("Api-Version").or_reject());
        let server = Server::start(api.idempotency(MemoryStore::new()).with_state(())).await;
        let headers = [&*at(version), "Idempotency-Key: k"];
        let answer = server.post("/paid", &headers, "").await;
        assert_eq!(answer.body, [1, 2].map(|number| seen(version, number) + "\n").concat(), "{answer:?}");
        let answer = server.post("/paid", &headers, "").await;
        assert_eq!((answer.status, answer.problem_type().as_str()), (410, "response-unavailable"));
    }
}

#[tokio::test]
async fn an_error_breaks_lines_off() {
    let server = server(endpoints![Version; broken_lines, unwritable_lines]).await;
    for version in [V1, V3] {
        for (path, lines) in [("/broken-lines", 2), ("/unwritable-lines", 0)] {
            let bytes = server.bytes(&format!("GET {path}"), &[&at(version)]).await;
            let text = String::from_utf8(bytes).unwrap();
            for number in 1..=lines {
                assert!(text.contains(&seen(version, number)), "{text}");
            }
            assert!(!text.contains(&seen(version, 4)) && !text.contains("secret"), "{text}");
            assert!(!text.ends_with("0\r\n\r\n"), "the body has an end: {text}");
        }
    }
}

#[tokio::test]
async fn events_have_the_shape_of_the_version() {
    let server = server(endpoints![Version; events, events_of_a_task, named_events, kept_alive]).await;
    for version in [V1, V2, V3] {
        let event = |number| format!("data: {}\n\n", seen(version, number));
        for path in ["/events", "/events-of-a-task"] {
            let answer = server.get(path, &[&at(version)]).await;
            assert_eq!(answer.body, [1, 2, 3].map(event).concat(), "{version} {path}");
            assert_eq!(answer.header("content-type"), Some("text/event-stream"));
        }
        let answer = server.get("/named-events", &[&at(version)]).await;
        assert_eq!(answer.body, format!("event: tick\nid: 1\n{}", event(1)));
        let answer = server.get("/kept-alive", &[&at(version)]).await;
        assert!(
            answer.body.starts_with(": still here\n\n") && answer.body.ends_with(&event(1)),
            "{answer:?}"
        );
    }
}

#[tokio::test]
async fn an_error_is_the_last_event() {
    let server = server(endpoints![Version; broken_events, unwritable_events]).await;
    for version in [V1, V2, V3] {
        let answer = server.get("/broken-events", &[&at(version)]).await;
        let problem =
            answer.body.strip_prefix(&format!("data: {}\n\nevent: error\ndata: ", seen(version, 1)));
        let problem: serde_json::Value = serde_json::from_str(problem.unwrap().trim_end()).unwrap();
        let number = if version == V1 { "n" } else { "number" };
        assert_eq!((&problem["title"], &problem[number]), (&"Broken".into(), &9.into()), "{version}");
        let answer = server.get("/unwritable-events", &[&at(version)]).await;
        assert!(answer.body.starts_with("event: error\ndata: {") && answer.body.contains("internal-error"));
        assert!(!answer.body.contains("secret"), "{answer:?}");
    }
}
