//! Answers that are too large or too long to be kept.

use super::stores::stores;
use super::world::World;
use super::{api, clock, endpoint};
use axum::body::Body;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use steadfast::{Idempotency, idempotent, post};

endpoint!(small, "/small");

#[post("/large")]
#[idempotent(ttl = "24h", scope = none)]
async fn large(State(world): State<World>) -> Response {
    let (status, _) = world.work().await;
    (status, [(header::LOCATION, "/reports/1")], "x".repeat(101)).into_response()
}

#[post("/stream")]
#[idempotent(ttl = "24h", scope = none)]
async fn stream(State(world): State<World>) -> Response {
    world.enter().await;
    let chunks = futures_util::stream::iter(["one ", "two"].map(Ok::<_, std::io::Error>));
    (StatusCode::ACCEPTED, [(header::LOCATION, "/jobs/1")], Body::from_stream(chunks)).into_response()
}

#[tokio::test]
async fn of_what_cannot_be_kept_it_is_known_that_it_was() {
    for store in stores(&clock()).await {
        let world = World::new();
        let idempotency = Idempotency::new(store).largest_response(100);
        let client = api!(idempotency, world; small, large, stream);
        for (path, status, location, length) in
            [("/large", 201, "/reports/1", 101), ("/stream", 202, "/jobs/1", "one two".len())]
        {
            let first = client.post(path, "k").await;
            assert_eq!((first.status, first.body.len(), first.is_replay()), (status, length, false));
            let calls = world.calls();
            let retry = client.post(path, "k").await;
            let problem = retry.is_problem(410, "response-unavailable");
            assert_eq!(
                (&problem["original_status"], &problem["location"], &problem["retryable"]),
                (&status.into(), &location.into(), &false.into())
            );
            assert_eq!((retry.header("location"), retry.is_replay()), (Some(location), true));
            assert_eq!(world.calls(), calls, "it does not run again");
        }
        client.post("/small", "k").await;
        client.post("/small", "k").await.is_replayed(201, "call 3");
    }
}
