//! Which answers are kept, by their status or by what the handler says of them.

use super::stores::stores;
use super::world::World;
use super::{api, clock, endpoint};
use axum::extract::State;
use axum::http::StatusCode;
use std::time::Duration;
use steadfast::idempotency::{Final, Indeterminate, KeptFor, Retryable};
use steadfast::{Idempotency, idempotent, post};

endpoint!(usual, "/usual");
endpoint!(replaying, "/replay", errors = "replay");
endpoint!(strict, "/strict", errors = "2xx-only");
endpoint!(keeping, "/keeping", keep(503, 429));
endpoint!(freeing, "/freeing", free(409, 402));
endpoint!(strict_but, "/strict-but", errors = "2xx-only", keep(402));

#[post("/final")]
#[idempotent(ttl = "24h", scope = none)]
async fn done(State(world): State<World>) -> Final<(StatusCode, String)> {
    Final(world.work().await)
}

#[post("/retryable")]
#[idempotent(ttl = "24h", scope = none)]
async fn not_done(State(world): State<World>) -> Result<String, Retryable<(StatusCode, String)>> {
    Err(Retryable(world.work().await))
}

#[post("/indeterminate")]
#[idempotent(ttl = "24h", scope = none)]
async fn unknown(State(world): State<World>) -> Result<String, Indeterminate<(StatusCode, String)>> {
    Err(Indeterminate(world.work().await))
}

#[post("/kept-for")]
#[idempotent(ttl = "24h", scope = none)]
async fn kept(State(world): State<World>) -> KeptFor<(StatusCode, String)> {
    KeptFor(Duration::from_mins(10), world.work().await)
}

#[tokio::test]
async fn statuses_are_kept_as_the_endpoint_says() {
    for (path, kept, freed) in [
        ("/usual", &[200, 201, 303, 400, 402, 404, 409, 422][..], &[401, 403, 408, 425, 429, 500, 503][..]),
        ("/replay", &[201, 409, 500, 502, 503], &[401, 403, 429]),
        ("/strict", &[200, 204], &[303, 400, 402, 409, 422, 500]),
        ("/keeping", &[201, 402, 429, 503], &[500, 401]),
        ("/freeing", &[201, 404], &[409, 402, 500]),
        ("/strict-but", &[201, 402], &[400, 409]),
    ] {
        for store in stores(&clock()).await {
            for (status, is_kept) in
                kept.iter().map(|status| (*status, true)).chain(freed.iter().map(|status| (*status, false)))
            {
                let world = World::new();
                let client = api!(Idempotency::new(store.clone()), world;
                    usual, replaying, strict, keeping, freeing, strict_but);
                world.answers(status);
                let key = status.to_string();
                assert_eq!(client.post(path, &key).await.status, status);
                world.answers(200);
                let retry = client.post(path, &key).await;
                let expected = if is_kept { (status, 1) } else { (200, 2) };
                assert_eq!((retry.status, world.calls()), expected, "{path} {status}");
                assert_eq!(retry.is_replay(), is_kept, "{path} {status}");
            }
        }
    }
}

#[tokio::test]
async fn what_the_handler_says_wins_over_the_status() {
    for store in stores(&clock()).await {
        let world = World::new();
        let client = api!(Idempotency::new(store), world; done, not_done, unknown);
        world.answers(503);
        client.post("/final", "k").await.is_fresh(503, "call 1");
        client.post("/final", "k").await.is_replayed(503, "call 1");
        world.answers(200);
        client.post("/retryable", "k").await.is_fresh(200, "call 2");
        client.post("/retryable", "k").await.is_fresh(200, "call 3");
        world.answers(504);
        client.post("/indeterminate", "k").await.is_fresh(504, "call 4");
        let retry = client.post("/indeterminate", "k").await;
        assert_eq!(retry.is_problem(409, "outcome-unknown")["retryable"], true);
        assert_eq!((retry.header("retry-after"), world.calls()), (Some("30"), 4));
        // Of a reused key it is known that it is reused.
        let other = client.send("POST", "/indeterminate", &[("idempotency-key", "k")], "other").await;
        other.is_problem(422, "key-reused");
    }
}

#[tokio::test]
async fn an_answer_may_be_kept_for_another_time() {
    let clock = clock();
    for store in stores(&clock).await {
        let world = World::new();
        let client = api!(Idempotency::new(store), world; kept);
        client.post("/kept-for", "k").await.is_fresh(201, "call 1");
        clock.advance(Duration::from_mins(10) - Duration::from_millis(1));
        client.post("/kept-for", "k").await.is_replayed(201, "call 1");
        clock.advance(Duration::from_millis(1));
        client.post("/kept-for", "k").await.is_fresh(201, "call 2");
    }
}

#[tokio::test]
async fn what_an_extractor_refuses_is_never_kept() {
    #[post("/strings")]
    #[idempotent(ttl = "24h", scope = none, errors = "replay", keep(422, 400))]
    async fn strings(
        State(world): State<World>,
        axum::Json(_): axum::Json<Vec<String>>,
    ) -> (StatusCode, String) {
        world.work().await
    }
    for store in stores(&clock()).await {
        let world = World::new();
        let client = api!(Idempotency::new(store), world; strings);
        let send = |body| {
            let headers = [("idempotency-key", "k"), ("content-type", "application/json")];
            let client = client.clone();
            async move { client.send("POST", "/strings", &headers, body).await }
        };
        assert_eq!(send("[1]").await.status, 422);
        send(r#"["corrected"]"#).await.is_fresh(201, "call 1");
    }
}
