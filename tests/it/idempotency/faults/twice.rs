//! Operations that ran twice, or without protection.

use super::super::stores::{AnyStore, Rewritten, stores};
use super::super::world::{PANIC, World, crash};
use super::super::{Client, api, clock, endpoint};
use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, StatusCode};
use bytes::Bytes;
use std::time::Duration;
use steadfast::{Idempotency, Sqlite, SqliteStore, Tx, idempotent, post};
use tower::ServiceExt;

endpoint!(pay, "/pay");

fn process(store: &AnyStore, world: &World) -> Client {
    api!(Idempotency::new(store.clone()), world; pay)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_requests_at_once_run_once() {
    for store in stores(&clock()).await {
        let world = World::new();
        let processes = [process(&store, &world), process(&store, &world)];
        let requests = (0..32).map(|number| {
            let client = processes[number % 2].clone();
            tokio::spawn(async move { client.post("/pay", "k").await })
        });
        for seen in futures_util::future::join_all(requests.collect::<Vec<_>>()).await {
            let seen = seen.unwrap();
            match seen.status {
                201 => assert_eq!(seen.body, "call 1"),
                _ => drop(seen.is_problem(409, "in-progress")),
            }
        }
        assert_eq!(world.calls(), 1);
    }
}

#[tokio::test]
async fn a_body_that_does_not_tell_its_length_is_compared_all_the_same() {
    for store in stores(&clock()).await {
        let client = process(&store, &World::new());
        let send = |chunks: &'static [&'static str]| {
            let chunks =
                futures_util::stream::iter(chunks.iter().map(|chunk| Ok::<_, std::io::Error>(*chunk)));
            let request = Request::post("/pay").header("idempotency-key", "k");
            client.0.clone().oneshot(request.body(Body::from_stream(chunks)).unwrap())
        };
        assert_eq!(send(&["10", "00 EUR"]).await.unwrap().status(), 201);
        assert_eq!(send(&["9000 EUR"]).await.unwrap().status(), 422);
        let replay = send(&["1000 ", "EUR"]).await.unwrap();
        assert_eq!(replay.headers()["idempotency-replayed"], "true");
    }
}

#[tokio::test]
async fn an_answer_without_a_body_and_an_unusual_status_replay() {
    for store in stores(&clock()).await {
        for status in [204, 205, 226, 299, 418, 451] {
            let world = World::new();
            world.answers(status);
            let client = process(&store, &world);
            let key = status.to_string();
            let (first, retry) = (client.post("/pay", &key).await, client.post("/pay", &key).await);
            assert_eq!((first.status, retry.status, world.calls()), (status, status, 1));
            assert!(retry.is_replay() && first.body == retry.body, "{retry:?}");
        }
    }
}

#[tokio::test]
async fn an_error_after_the_effect_does_not_repeat_the_effect() {
    #[post("/tx")]
    #[idempotent(ttl = "24h", scope = none)]
    async fn tx(State(world): State<World>, mut tx: Tx<Sqlite>) -> (StatusCode, String) {
        sqlx::query("INSERT INTO payments DEFAULT VALUES").execute(&mut *tx).await.unwrap();
        world.work().await
    }
    let store = SqliteStore::in_memory().await.unwrap();
    sqlx::query("CREATE TABLE payments (id INTEGER PRIMARY KEY)").execute(store.pool()).await.unwrap();
    let world = World::new();
    let client = api!(Idempotency::new(store.clone()), world; tx);
    for status in [PANIC, 500, 503, 201, 201] {
        world.answers(status);
        assert_eq!(client.post("/tx", "k").await.status, if status == PANIC { 500 } else { status });
    }
    let paid: i64 =
        sqlx::query_scalar("SELECT count(*) FROM payments").fetch_one(store.pool()).await.unwrap();
    assert_eq!((paid, world.calls()), (1, 4));
}

#[tokio::test]
async fn record_of_unknown_codec_is_unreadable_and_nothing_runs_again() {
    for store in stores(&clock()).await {
        let world = World::new();
        process(&store, &world).post("/pay", "k").await.is_fresh(201, "call 1");
        let rewrite = |_, record: Bytes| {
            let mut record = record.to_vec();
            record[0] = 99;
            record.into()
        };
        let newer = api!(Idempotency::new(Rewritten { store, rewrite }), world; pay);
        let refused = newer.post("/pay", "k").await;
        assert_eq!(refused.is_problem(503, "record-unreadable")["retryable"], true);
        assert_eq!(world.calls(), 1);
    }
}

#[tokio::test]
async fn what_one_process_has_done_another_does_not_do_again() {
    for store in stores(&clock()).await {
        let (one, other) = (World::new(), World::new());
        process(&store, &one).post("/pay", "k").await.is_fresh(201, "call 1");
        process(&store, &other).post("/pay", "k").await.is_replayed(201, "call 1");
        assert_eq!(other.calls(), 0);
    }
}

#[tokio::test]
async fn a_passing_fault_is_followed_by_the_answer_and_not_by_a_conflict() {
    for store in stores(&clock()).await {
        let world = World::new();
        let client = process(&store, &world);
        world.answers(503);
        client.post("/pay", "k").await.is_fresh(503, "call 1");
        world.answers(201);
        client.post("/pay", "k").await.is_fresh(201, "call 2");
        client.post("/pay", "k").await.is_replayed(201, "call 2");
    }
}

#[tokio::test]
async fn a_client_that_hangs_up_at_any_moment_is_charged_once() {
    for store in stores(&clock()).await {
        for moment in 0..40 {
            let world = World::new();
            let client = process(&store, &world);
            let key: &'static str = Box::leak(moment.to_string().into_boxed_str());
            let mut first = Box::pin(client.post("/pay", key));
            // As many polls as this, and then nobody is there any more.
            for _ in 0..moment {
                if futures_util::poll!(&mut first).is_ready() {
                    break;
                }
                tokio::task::yield_now().await;
            }
            drop(first);
            let mut seen = client.post("/pay", key).await;
            while seen.status == 409 {
                seen.is_problem(409, "in-progress");
                tokio::task::yield_now().await;
                seen = client.post("/pay", key).await;
            }
            assert_eq!((seen.status, seen.body.as_str(), world.calls()), (201, "call 1", 1), "{moment}");
        }
    }
}

#[tokio::test]
async fn a_lease_that_is_written_is_the_one_that_holds() {
    endpoint!(slow, "/slow", lease = "10m");
    let clock = clock();
    for store in stores(&clock).await {
        let dying = World::held();
        crash(api!(Idempotency::new(store.clone()), dying; slow), &dying, "/slow", "k").await;
        let client = api!(Idempotency::new(store), World::new(); slow);
        clock.advance(Duration::from_mins(10) - Duration::from_millis(1));
        client.post("/slow", "k").await.is_problem(409, "in-progress");
        clock.advance(Duration::from_millis(1));
        client.post("/slow", "k").await.is_fresh(201, "call 1");
    }
}
