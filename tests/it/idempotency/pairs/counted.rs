//! What does not count of a body, beside everything else that an endpoint and its API can say.

use super::super::stores::{AnyStore, stores};
use super::super::world::World;
use super::super::{Client, Seen, clock};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use steadfast::idempotency::KeyRing;
use steadfast::{
    Api, Fingerprint, Header, Idempotency, MemoryStore, Sqlite, SqliteStore, Tx, endpoints, idempotent, post,
};
use tokio::task::JoinHandle;

#[derive(Deserialize, Fingerprint)]
struct Order {
    #[serde(rename = "amount")]
    _amount: u32,
    #[serde(rename = "sent_at")]
    #[fingerprint(skip)]
    _sent_at: u32,
    #[serde(rename = "note")]
    _note: String,
}

macro_rules! orders {
    ($name:ident, $path:literal $(, $($option:tt)*)?) => {
        #[post($path)]
        #[idempotent(ttl = "24h", scope = none $(, $($option)*)?)]
        async fn $name(State(world): State<World>, _: Json<Order>) -> (StatusCode, String) {
            world.work().await
        }
    };
}

orders!(hasty, "/hasty");
orders!(patient, "/patient", in_progress = wait("5m"));
orders!(pay, "/pay", operation = "pay");
orders!(pay_now, "/pay-now", operation = "pay");
orders!(open, "/open", on_store_down = "execute");

#[post("/joined")]
#[idempotent(ttl = "24h", scope = none)]
async fn joined(State(world): State<World>, _: Tx<Sqlite>, _: Json<Order>) -> (StatusCode, String) {
    world.work().await
}

fn served(idempotency: Idempotency<AnyStore>, world: &World) -> Client {
    Client(
        Api::new(endpoints![super::super::Version; hasty, patient, pay, pay_now, open])
            .version_from(Header("Api-Version").or_default(super::super::Version::V2024_01_15))
            .idempotency(idempotency)
            .with_state(world.clone()),
    )
}

/// Small, and so large that no store compares it while others wait.
const NOTES: [usize; 2] = [1, 20_000];

async fn send(client: &Client, path: &str, (amount, sent_at): (u32, u32), note: usize) -> Seen {
    let note = "x".repeat(note);
    let body = format!(r#"{{"amount":{amount},"sent_at":{sent_at},"note":"{note}"}}"#);
    let headers = [("idempotency-key", "k"), ("content-type", "application/json")];
    client.send("POST", path, &headers, &body).await
}

fn sending(client: &Client, path: &'static str, said: (u32, u32), note: usize) -> JoinHandle<Seen> {
    let client = client.clone();
    tokio::spawn(async move { send(&client, path, said, note).await })
}

#[tokio::test]
async fn twins_that_differ_in_it_are_twins() {
    for note in NOTES {
        for store in stores(&clock()).await {
            let world = World::held();
            let here = served(Idempotency::new(store.clone()), &world);
            let elsewhere = served(Idempotency::new(store), &world);
            let first = sending(&here, "/hasty", (1, 1), note);
            world.entered().await;
            for client in [&here, &elsewhere] {
                send(client, "/hasty", (1, 2), note).await.is_problem(409, "in-progress");
                send(client, "/hasty", (2, 1), note).await.is_problem(422, "key-reused");
            }
            world.let_one();
            first.await.unwrap().is_fresh(201, "call 1");
            for client in [&here, &elsewhere] {
                send(client, "/hasty", (1, 3), note).await.is_replayed(201, "call 1");
                send(client, "/hasty", (2, 1), note).await.is_problem(422, "key-reused");
            }
        }
    }
}

#[tokio::test]
async fn a_twin_that_waits_hears_the_answer_of_one_that_differs_in_it() {
    for note in NOTES {
        for store in stores(&clock()).await {
            let world = World::held();
            let client = served(Idempotency::new(store), &world);
            let first = sending(&client, "/patient", (1, 1), note);
            world.entered().await;
            let twin = sending(&client, "/patient", (1, 2), note);
            send(&client, "/patient", (2, 2), note).await.is_problem(422, "key-reused");
            world.let_one();
            first.await.unwrap().is_fresh(201, "call 1");
            twin.await.unwrap().is_replayed(201, "call 1");
        }
    }
}

#[tokio::test]
async fn it_does_not_count_where_the_record_is_committed_with_the_effect() {
    for note in NOTES {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(folder.path().join("records.db")).await.unwrap();
        let world = World::held();
        let client = Client(
            Api::new(endpoints![super::super::Version; joined])
                .version_from(Header("Api-Version").or_default(super::super::Version::V2024_01_15))
                .idempotency(store)
                .with_state(world.clone()),
        );
        let first = sending(&client, "/joined", (1, 1), note);
        world.entered().await;
        send(&client, "/joined", (1, 2), note).await.is_problem(409, "in-progress");
        send(&client, "/joined", (2, 2), note).await.is_problem(422, "key-reused");
        world.let_one();
        first.await.unwrap().is_fresh(201, "call 1");
        send(&client, "/joined", (1, 2), note).await.is_replayed(201, "call 1");
        send(&client, "/joined", (2, 2), note).await.is_problem(422, "key-reused");
    }
}

/// Open retries outlive every change of what fingerprints are keyed with.
#[tokio::test]
async fn it_does_not_count_under_another_secret_either() {
    type Keyed = fn(Idempotency<AnyStore>) -> Idempotency<AnyStore>;
    const RELEASES: [Keyed; 5] = [
        |plain| plain,
        |plain| plain.fingerprint_secrets([[1_u8; 32]]),
        |plain| plain.fingerprint_secrets([[2_u8; 32], [1; 32]]),
        |plain| {
            plain.fingerprint_secrets([[2_u8; 32], [1; 32]]).sealed(KeyRing::new("a", &[3; 32]).reads_plain())
        },
        |plain| {
            let ring = KeyRing::new("b", &[4; 32]).older("a", &[3; 32]).reads_plain();
            plain.fingerprint_secrets([[2_u8; 32], [1; 32]]).sealed(ring)
        },
    ];
    for (first, made) in RELEASES.into_iter().enumerate() {
        for note in NOTES {
            for store in stores(&clock()).await {
                let world = World::new();
                let client = served(made(Idempotency::new(store.clone())), &world);
                send(&client, "/hasty", (1, 1), note).await.is_fresh(201, "call 1");
                for later in &RELEASES[first..] {
                    let client = served(later(Idempotency::new(store.clone())), &world);
                    send(&client, "/hasty", (1, 2), note).await.is_replayed(201, "call 1");
                    send(&client, "/hasty", (2, 1), note).await.is_problem(422, "key-reused");
                }
            }
        }
    }
}

#[tokio::test]
async fn handlers_of_one_operation_leave_out_the_same() {
    for store in stores(&clock()).await {
        let world = World::held();
        let client = served(Idempotency::new(store), &world);
        let first = sending(&client, "/pay", (1, 1), 1);
        world.entered().await;
        send(&client, "/pay-now", (1, 2), 1).await.is_problem(409, "in-progress");
        send(&client, "/pay-now", (2, 1), 1).await.is_problem(422, "key-reused");
        world.let_one();
        first.await.unwrap().is_fresh(201, "call 1");
        send(&client, "/pay-now", (1, 2), 1).await.is_replayed(201, "call 1");
        send(&client, "/pay-now", (2, 1), 1).await.is_problem(422, "key-reused");
    }
}

/// Another request with the key of one that runs is neither run nor told that its key is used up: the store knows better.
#[tokio::test]
async fn while_the_store_is_down_another_request_with_the_key_is_not_run() {
    let store = AnyStore::of(MemoryStore::new());
    let world = World::held();
    let client = served(Idempotency::new(store.clone()), &world);
    let first = sending(&client, "/open", (1, 1), 1);
    world.entered().await;
    store.fail(|_| true);
    send(&client, "/open", (2, 1), 1).await.is_problem(503, "store-unavailable");
    send(&client, "/open", (1, 2), 1).await.is_problem(409, "in-progress");
    store.fail(|_| false);
    world.let_one();
    first.await.unwrap().is_fresh(201, "call 1");
    assert_eq!(world.calls(), 1);
}
