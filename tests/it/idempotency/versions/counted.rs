//! What counts of a request, and what does not, at a version that has other names for it.

use super::super::stores::stores;
use super::{Charge, Client, NewCharge, REQUESTS, V1, V2, V3, World, clock, served};
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use steadfast::{
    Api, Created, Fingerprint, Header, Idempotency, Problem, Versioned, api_version, endpoints, extract,
    idempotent, post, versioned,
};

/// When it was sent went by another name, and how it was sent is new: neither belongs to the intent.
#[versioned]
#[derive(Serialize, Deserialize, Fingerprint)]
struct Payment {
    #[renamed(in = "2024-12-18", was(cents))]
    amount: u64,
    #[renamed(in = "2024-06-15", was(client_time))]
    #[fingerprint(skip)]
    sent_at: u64,
    #[added(in = "2024-12-18", default)]
    #[fingerprint(skip)]
    attempt: Option<u32>,
    #[serde(default)]
    lines: Vec<Line>,
}

#[versioned]
#[derive(Serialize, Deserialize, Fingerprint)]
struct Line {
    text: String,
    #[fingerprint(skip)]
    seen: Option<u32>,
}

#[post("/payments")]
#[idempotent(ttl = "24h", scope = none)]
#[api_version(since = "2024-01-15")]
async fn pay(State(world): State<World>, Versioned(payment): Versioned<Payment>) -> (StatusCode, String) {
    (world.status(), format!("{} {}", world.enter().await, payment.amount))
}

/// One payment of `amount` in the words of a version, sent for the `attempt`th time, with a line of so many bytes.
fn payment(version: &str, amount: u32, attempt: u32, length: usize) -> String {
    let text = "x".repeat(length);
    let line = format!(r#"{{"seen":{attempt},"text":"{text}"}}"#);
    match version {
        V1 => format!(r#"{{"client_time":{attempt},"cents":{amount},"lines":[{line}]}}"#),
        V2 => format!(r#"{{"lines":[{line}],"cents":{amount},"sent_at":{attempt}}}"#),
        _ => format!(r#"{{"sent_at":{attempt},"attempt":{attempt},"amount":{amount},"lines":[{line}]}}"#),
    }
}

/// Small bodies, and those that stores compare by themselves no more.
const LENGTHS: [usize; 2] = [1, 10_000];

#[tokio::test]
async fn what_does_not_count_does_not_count_at_another_version_either() {
    for store in stores(&clock()).await {
        let world = World::new();
        let client = served!(store, world; pay);
        let mut keys = 0;
        for length in LENGTHS {
            for first in [V1, V2, V3] {
                keys += 1;
                let key = &keys.to_string();
                let answer = client.ask("/payments", first, key, &payment(first, 5, 1, length)).await;
                answer.is_fresh(201, &format!("{keys} 5"));
                for retry in [V1, V2, V3] {
                    let told = client.ask("/payments", retry, key, &payment(retry, 5, 2, length)).await;
                    told.is_told(first, &format!("{keys} 5"));
                    for other in [payment(retry, 6, 1, length), payment(retry, 5, 1, length + 1)] {
                        client.ask("/payments", retry, key, &other).await.is_problem(422, "key-reused");
                    }
                }
            }
        }
        assert_eq!(world.calls(), keys);
    }
}

#[tokio::test]
async fn twins_of_any_size_at_two_versions_run_once() {
    for store in stores(&clock()).await {
        for length in LENGTHS {
            let world = World::held();
            let (client, elsewhere) =
                (served!(store.clone(), world; pay), served!(store.clone(), world; pay));
            let key = &*length.to_string();
            let running = tokio::spawn({
                let (client, key) = (client.clone(), key.to_owned());
                async move { client.ask("/payments", V2, &key, &payment(V2, 5, 1, length)).await }
            });
            world.entered().await;
            for client in [&client, &elsewhere] {
                for version in [V1, V2, V3] {
                    let twin = client.ask("/payments", version, key, &payment(version, 5, 2, length)).await;
                    twin.is_problem(409, "in-progress");
                    let other = client.ask("/payments", version, key, &payment(version, 6, 2, length)).await;
                    other.is_problem(422, "key-reused");
                }
            }
            world.let_one();
            running.await.unwrap().is_fresh(201, "1 5");
            for client in [&client, &elsewhere] {
                for version in [V1, V2, V3] {
                    let told = client.ask("/payments", version, key, &payment(version, 5, 3, length)).await;
                    told.is_told(V2, "1 5");
                }
            }
            assert_eq!(world.calls(), 1);
        }
    }
}

/// Cents, and dollars before.
#[versioned]
#[derive(Debug, Serialize, Deserialize)]
struct Transfer {
    #[changed(in = "2024-12-18", was(amount: u32), upgrade = |dollars| dollars * 100, downgrade = |cents: &u32| cents / 100)]
    amount: u32,
}

/// It has no change of its own, and holds what has one. Nothing can be written of it, or shown.
#[versioned]
#[derive(Deserialize)]
struct Batch {
    transfers: Vec<Transfer>,
}

#[post("/batch")]
#[idempotent(ttl = "24h", scope = none)]
#[api_version(since = "2024-01-15")]
async fn batch(State(world): State<World>, Versioned(batch): Versioned<Batch>) -> (StatusCode, String) {
    let amounts: Vec<_> = batch.transfers.iter().map(|transfer| transfer.amount).collect();
    (world.status(), format!("{} {amounts:?}", world.enter().await))
}

#[tokio::test]
async fn what_is_held_has_another_meaning_at_another_version() {
    for store in stores(&clock()).await {
        let client = served!(store, World::new(); batch);
        let body = r#"{"transfers":[{"amount":5}]}"#;
        client.ask("/batch", V1, "k", body).await.is_fresh(201, "1 [500]");
        client.ask("/batch", V3, "k", body).await.is_problem(422, "key-reused");
        client.ask("/batch", V1, "k", body).await.is_told(V1, "1 [500]");
        // Here nothing stands whose meaning could be another.
        client.ask("/batch", V1, "l", r#"{"transfers":[]}"#).await.is_fresh(201, "2 []");
        client.ask("/batch", V3, "l", r#"{"transfers":[]}"#).await.is_told(V1, "2 []");
    }
}

#[post("/form")]
#[idempotent(ttl = "24h", scope = none)]
#[api_version(since = "2024-01-15")]
async fn form(
    State(world): State<World>,
    extract::Form(transfer): extract::Form<Transfer>,
) -> (StatusCode, String) {
    (world.status(), format!("{} {}", world.enter().await, transfer.amount))
}

#[post("/query")]
#[idempotent(ttl = "24h", scope = none)]
#[api_version(since = "2024-01-15")]
async fn query(
    State(world): State<World>,
    transfer: Result<extract::Query<Transfer>, Problem>,
) -> (StatusCode, String) {
    let amount = transfer.map_or(0, |extract::Query(transfer)| transfer.amount);
    (world.status(), format!("{} {amount}", world.enter().await))
}

#[post("/path/{amount}")]
#[idempotent(ttl = "24h", scope = none)]
#[api_version(since = "2024-01-15")]
async fn path(
    State(world): State<World>,
    extract::Path(transfer): extract::Path<Transfer>,
) -> (StatusCode, String) {
    (world.status(), format!("{} {}", world.enter().await, transfer.amount))
}

/// A header does not count, in whichever words.
#[post("/header")]
#[idempotent(ttl = "24h", scope = none)]
#[api_version(since = "2024-01-15")]
async fn header(State(world): State<World>, transfer: extract::Headers<Transfer>) -> (StatusCode, String) {
    (world.status(), format!("{} {}", world.enter().await, transfer.0.amount))
}

#[tokio::test]
async fn the_same_text_in_another_place_than_the_body_may_say_something_else() {
    for store in stores(&clock()).await {
        let client = served!(store, World::new(); form, query, path, header);
        let send = async |path: &str, version: &str| {
            let headers = [
                ("api-version", version),
                ("idempotency-key", path),
                ("content-type", "application/x-www-form-urlencoded"),
                ("amount", "5"),
            ];
            client.send("POST", path, &headers, "amount=5").await
        };
        for (call, path) in (1..).zip(["/form", "/query?amount=5", "/path/5"]) {
            send(path, V1).await.is_fresh(201, &format!("{call} 500"));
            send(path, V3).await.is_problem(422, "key-reused");
            // Between these nothing happened to it.
            send(path, V2).await.is_told(V1, &format!("{call} 500"));
        }
        send("/header", V1).await.is_fresh(201, "4 500");
        send("/header", V3).await.is_told(V1, "4 500");
    }
}

#[post("/shared")]
#[idempotent(ttl = "24h", scope = none)]
#[api_version(since = "2024-01-15")]
async fn shared(
    State(world): State<&'static World>,
    Versioned(new): Versioned<NewCharge>,
) -> Created<Versioned<Charge>> {
    let call = world.enter().await;
    Created::at(format!("/charges/{call}"), Versioned(Charge::of(new, call)))
}

/// Nothing is known of such an argument, and all of the others.
#[tokio::test]
async fn an_argument_that_borrows_hides_no_other() {
    for store in stores(&clock()).await {
        let world: &'static World = Box::leak(Box::new(World::new()));
        let client = Client(
            Api::new(endpoints![super::Version; shared])
                .version_from(Header("Api-Version").or_reject())
                .clock(clock())
                .idempotency(Idempotency::new(store))
                .with_state(world),
        );
        let ((first, body), (newest, same)) = (REQUESTS[0], REQUESTS[2]);
        assert_eq!(client.ask("/shared", first, "k", body).await.status, 201);
        assert!(client.ask("/shared", newest, "k", same).await.is_replay());
        let other = same.replace("500", "501");
        client.ask("/shared", newest, "k", &other).await.is_problem(422, "key-reused");
        assert_eq!(world.calls(), 1);
    }
}
