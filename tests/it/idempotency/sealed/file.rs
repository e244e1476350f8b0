//! What is to be read in a database file by somebody who has no keys.

use super::super::world::World;
use super::{IN_BODY, IN_HEADER, IN_LOCATION, IN_STEP, joined, ring, stepped};
use crate::idempotency::{Client, api};
use sqlx::Row;
use std::path::Path;
use steadfast::idempotency::RecordId;
use steadfast::{Idempotency, SqliteStore};
use steadfast_engine::Codec;
use tempfile::TempDir;

/// Which of the secrets stand in the database or in a file beside it.
fn found(directory: &Path) -> Vec<&'static str> {
    let files =
        std::fs::read_dir(directory).unwrap().map(|file| std::fs::read(file.unwrap().path()).unwrap());
    let files: Vec<Vec<u8>> = files.collect();
    let holds = |secret: &&str| {
        files.iter().any(|file| file.windows(secret.len()).any(|bytes| bytes == secret.as_bytes()))
    };
    [IN_BODY, IN_HEADER, IN_LOCATION, IN_STEP].into_iter().filter(holds).collect()
}

fn idempotency(store: &SqliteStore, is_sealed: bool) -> Idempotency<SqliteStore> {
    let idempotency = Idempotency::new(store.clone());
    if is_sealed { idempotency.sealed(ring()) } else { idempotency }
}

async fn store(directory: &TempDir) -> SqliteStore {
    let store = SqliteStore::open(directory.path().join("test.db")).await.unwrap();
    sqlx::query("CREATE TABLE payments (id INTEGER PRIMARY KEY)").execute(store.pool()).await.unwrap();
    store
}

async fn is_replayed(client: &Client, path: &str) {
    assert_eq!(client.post(path, "k").await.status, 201);
    let replay = client.post(path, "k").await;
    assert!(replay.is_replay() && replay.body.contains(IN_BODY), "{replay:?}");
    let headers = (replay.header("x-account"), replay.header("location"));
    assert_eq!(headers, (Some(IN_HEADER), Some(IN_LOCATION)));
}

#[tokio::test]
async fn sealed_response_or_step_is_not_readable_in_the_file() {
    let all_but_steps = [IN_BODY, IN_HEADER, IN_LOCATION];
    for is_sealed in [false, true] {
        let expected = |plain: &[&'static str]| if is_sealed { Vec::new() } else { plain.to_vec() };
        // An operation that stopped behind a step.
        let directory = TempDir::new().unwrap();
        let store_of_steps = store(&directory).await;
        let world = World::new();
        let client = api!(idempotency(&store_of_steps, is_sealed), world; stepped);
        world.answers(503);
        assert_eq!(client.post("/stepped", "k").await.status, 503);
        assert_eq!(found(directory.path()), expected(&[IN_STEP]));
        // The same when it is done.
        world.answers(201);
        is_replayed(&client, "/stepped").await;
        assert_eq!(world.calls(), 1, "the step");
        assert_eq!(found(directory.path()), expected(&[IN_BODY, IN_HEADER, IN_LOCATION, IN_STEP]));
        store_of_steps.close().await;

        // A record that is committed with the handler's own writes, in the log and in the file itself.
        let directory = TempDir::new().unwrap();
        let store = store(&directory).await;
        let client = api!(idempotency(&store, is_sealed), World::new(); joined);
        is_replayed(&client, "/joined").await;
        assert_eq!(found(directory.path()), expected(&all_but_steps));
        store.close().await;
        assert_eq!(found(directory.path()), expected(&all_but_steps));

        // One that was too large to be kept: its location is.
        let directory = TempDir::new().unwrap();
        let store = self::store(&directory).await;
        let client = api!(idempotency(&store, is_sealed).largest_response(1), World::new(); joined);
        assert_eq!(client.post("/joined", "k").await.status, 201);
        let gone = client.post("/joined", "k").await;
        let problem = gone.is_problem(410, "response-unavailable");
        assert_eq!((&problem["original_status"], &problem["location"]), (&201.into(), &IN_LOCATION.into()));
        assert_eq!(found(directory.path()), expected(&[IN_LOCATION]));
    }
}

/// Returns the fingerprint in the record of one request, as whoever has the keys of `codec` reads it.
async fn fingerprint(codec: Codec, idempotency: impl Fn(SqliteStore) -> Idempotency<SqliteStore>) -> Vec<u8> {
    let directory = TempDir::new().unwrap();
    let store = store(&directory).await;
    let client = api!(idempotency(store.clone()), World::new(); joined);
    client.post("/joined", "k").await;
    let record = sqlx::query("SELECT id, record FROM steadfast_idempotency");
    let record = record.fetch_one(store.pool()).await.unwrap();
    let id = RecordId(record.get::<Vec<u8>, _>("id").try_into().unwrap());
    let state = codec.decode(id, &record.get::<Vec<u8>, _>("record").into()).unwrap();
    state.fingerprint().unwrap().bytes.to_vec()
}

/// Whoever reads a record and knows all of a body but a few digits must not be able to try them: without a secret the
/// fingerprint is the same wherever the request is.
#[tokio::test]
async fn fingerprints_of_sealed_records_are_keyed_with_secrets_of_the_ring() {
    let (plain, sealed) = (Codec::default, || Codec::sealed(ring()));
    let without = fingerprint(plain(), Idempotency::new).await;
    assert_eq!(fingerprint(plain(), Idempotency::new).await, without);
    let writes_plain = |store| Idempotency::new(store).sealed(ring().writes_plain());
    assert_eq!(fingerprint(plain(), writes_plain).await, without);
    let of_ring = fingerprint(sealed(), |store| Idempotency::new(store).sealed(ring())).await;
    assert_eq!(fingerprint(sealed(), |store| Idempotency::new(store).sealed(ring())).await, of_ring);
    let with_own = |store| Idempotency::new(store).sealed(ring()).fingerprint_secrets([[9; 32]]);
    let own = fingerprint(sealed(), with_own).await;
    // The hash of the request, and the quick one of its bytes.
    for range in [0..32, 32..48] {
        let of = [&without, &of_ring, &own].map(|fingerprint| &fingerprint[range.clone()]);
        assert!(of[0] != of[1] && of[1] != of[2] && of[0] != of[2]);
    }
}
