//! The headers by which answers say what they are, and those that are kept.

use super::stores::stores;
use super::world::World;
use super::{Seen, api, clock, endpoint};
use axum::extract::State;
use axum::response::{AppendHeaders, IntoResponse};
use std::time::Duration;
use steadfast::{Idempotency, idempotent, post};

endpoint!(usual, "/usual");
endpoint!(silent, "/silent", echo_key = false, replay_header = none);
endpoint!(named, "/named", replay_header = "X-Replay");
endpoint!(telling, "/telling", replay_header_on_fresh = true, tell_expiry = true);

fn marks<'a>(seen: &'a Seen, names: [&str; 3]) -> [Option<&'a str>; 3] {
    names.map(|name| seen.header(name))
}

#[tokio::test]
async fn answers_say_what_the_endpoint_wants_said() {
    let names = ["idempotency-key", "idempotency-replayed", "x-replay"];
    for store in stores(&clock()).await {
        let world = World::new();
        let client = api!(Idempotency::new(store), world; usual, silent, named, telling);
        for (path, fresh, replay) in [
            ("/usual", [Some("\"k\""), None, None], [Some("\"k\""), Some("true"), None]),
            ("/silent", [None, None, None], [None, None, None]),
            ("/named", [Some("\"k\""), None, None], [Some("\"k\""), None, Some("true")]),
            ("/telling", [Some("\"k\""), Some("false"), None], [Some("\"k\""), Some("true"), None]),
        ] {
            assert_eq!(marks(&client.post(path, "\"k\"").await, names), fresh, "{path}");
            assert_eq!(marks(&client.post(path, "\"k\"").await, names), replay, "{path}");
            // A refusal echoes the key as well, and is no replay.
            let other = client.send("POST", path, &[("idempotency-key", "\"k\"")], "other").await;
            other.is_problem(422, "key-reused");
            assert_eq!(marks(&other, names), fresh, "{path}");
        }
        assert_eq!(world.calls(), 4);
    }
}

#[tokio::test]
async fn a_replay_says_until_when_it_is_kept() {
    let clock = clock();
    for store in stores(&clock).await {
        let world = World::new();
        let client = api!(Idempotency::new(store).clock(clock.clone()), world; usual, silent, named, telling);
        for path in ["/telling", "/usual"] {
            client.post(path, "k").await;
        }
        let until = steadfast::Clock::now(&clock) + Duration::from_hours(24);
        clock.advance(Duration::from_hours(1));
        let told = httpdate::fmt_http_date(std::time::UNIX_EPOCH + until);
        let replay = client.post("/telling", "k").await;
        assert_eq!(replay.header("idempotency-key-expires"), Some(&*told));
        assert_eq!(client.post("/usual", "k").await.header("idempotency-key-expires"), None);
    }
}

#[tokio::test]
async fn headers_are_kept_and_dropped_as_the_endpoint_says() {
    async fn answer(world: World) -> impl IntoResponse {
        let headers = [
            ("set-cookie", "session=1"),
            ("x-request-id", "7"),
            ("x-debug", "on"),
            ("link", "</a, b>; rel=\"next\""),
            ("link", "</c>; rel=\"prev\""),
            ("location", "/payments/1"),
            ("idempotency-replayed", "true"),
        ];
        let (status, body) = world.work().await;
        (status, AppendHeaders(headers), body)
    }
    #[post("/usual")]
    #[idempotent(ttl = "24h", scope = none)]
    async fn usual(State(world): State<World>) -> impl IntoResponse {
        answer(world).await
    }
    #[post("/chosen")]
    #[idempotent(ttl = "24h", scope = none, store_headers("X-Request-Id"), drop_headers("X-Debug"))]
    async fn chosen(State(world): State<World>) -> impl IntoResponse {
        answer(world).await
    }
    for store in stores(&clock()).await {
        let client = api!(Idempotency::new(store), World::new(); usual, chosen);
        for (path, request_id, debug) in [("/usual", None, Some("on")), ("/chosen", Some("7"), None)] {
            let first = client.post(path, "k").await;
            assert_eq!(
                marks(&first, ["x-request-id", "x-debug", "set-cookie"]),
                [Some("7"), Some("on"), Some("session=1")]
            );
            assert!(!first.is_replay(), "a handler cannot say that it replays");
            let replay = client.post(path, "k").await;
            assert!(replay.is_replay());
            assert_eq!(marks(&replay, ["x-request-id", "x-debug", "set-cookie"]), [request_id, debug, None]);
            assert_eq!(replay.header("location"), Some("/payments/1"));
            let links: Vec<_> = replay.headers.get_all("link").iter().collect();
            assert_eq!(links, ["</a, b>; rel=\"next\"", "</c>; rel=\"prev\""]);
        }
    }
}
