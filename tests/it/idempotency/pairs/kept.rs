//! Answers that say for how long they are kept, beside everything else that may become of an answer.

use super::super::stores::stores;
use super::super::world::World;
use super::super::{Client, Version, clock};
use axum::extract::{FromRequestParts, Path, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::convert::Infallible;
use std::time::Duration;
use steadfast::idempotency::{Final, KeptFor, KeyRing, Reference, Referenced};
use steadfast::{Api, FixedClock, Header, Idempotency, Sqlite, SqliteStore, Tx, endpoints, idempotent, post};

const SHORT: Duration = Duration::from_mins(10);

async fn answered(world: &World, how: &str) -> KeptFor<Final<Response>> {
    let (_, body) = world.work().await;
    KeptFor(
        SHORT,
        Final(match how {
            "large" => {
                (StatusCode::CREATED, [(header::LOCATION, "/1")], body.repeat(1 << 18)).into_response()
            }
            "failed" => (StatusCode::BAD_GATEWAY, body).into_response(),
            _ => (StatusCode::CREATED, body).into_response(),
        }),
    )
}

#[post("/claimed/{how}")]
#[idempotent(ttl = "24h", scope = none, on_expired = refuse("1h"))]
async fn claimed(State(world): State<World>, Path(how): Path<String>) -> KeptFor<Final<Response>> {
    answered(&world, &how).await
}

#[post("/joined/{how}")]
#[idempotent(ttl = "24h", scope = none, on_expired = refuse("1h"))]
async fn joined(
    State(world): State<World>,
    _: Tx<Sqlite>,
    Path(how): Path<String>,
) -> KeptFor<Final<Response>> {
    answered(&world, &how).await
}

struct Found;

impl<S: Sync> FromRequestParts<S> for Found {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self)
    }
}

impl Reference for Found {
    type Id = String;
    type Answer = String;

    async fn answer(self, id: String) -> Option<String> {
        Some(id)
    }
}

#[post("/referred/{how}")]
#[idempotent(ttl = "24h", scope = none, on_expired = refuse("1h"), replay = reference(Found))]
async fn referred(
    State(world): State<World>,
    Path(_): Path<String>,
) -> KeptFor<Referenced<String, Response>> {
    let (status, body) = world.work().await;
    KeptFor(SHORT, Referenced(body.clone(), (status, body).into_response()))
}

/// Replays, then is refused, then is new, each to the millisecond.
async fn assert_kept(client: &Client, clock: &FixedClock, path: &str, status: u16, replayed: u16) {
    let fresh = client.post(path, path).await;
    assert_eq!((fresh.status, fresh.is_replay()), (status, false), "{path}");
    clock.advance(SHORT.checked_sub(Duration::from_millis(1)).unwrap());
    let replay = client.post(path, path).await;
    assert_eq!((replay.status, replay.is_replay()), (replayed, true), "{path}");
    if replayed == 410 {
        replay.is_problem(410, "response-unavailable");
    } else {
        assert_eq!(replay.body, fresh.body, "{path}");
    }
    clock.advance(Duration::from_millis(1));
    client.post(path, path).await.is_problem(410, "key-expired");
    // Another request is told that first.
    let other = client.send("POST", path, &[("idempotency-key", path)], "another").await;
    other.is_problem(422, "key-reused");
    clock.advance(Duration::from_hours(1).checked_sub(Duration::from_millis(1)).unwrap());
    client.post(path, path).await.is_problem(410, "key-expired");
    clock.advance(Duration::from_millis(1));
    let again = client.post(path, path).await;
    assert_eq!((again.status, again.is_replay()), (status, false), "{path}");
}

fn sealed_or_not<St: steadfast::idempotency::Store>(store: St) -> impl FnMut(bool) -> Idempotency<St> {
    let mut store = Some(store);
    move |is_sealed| {
        let plain = Idempotency::new(store.take().unwrap());
        if is_sealed { plain.sealed(KeyRing::new("a", &[1; 32])) } else { plain }
    }
}

#[tokio::test]
async fn whatever_is_kept_is_kept_as_long_as_the_answer_says() {
    for is_sealed in [false, true] {
        let clock = clock();
        for store in stores(&clock).await {
            let client = Client(
                Api::new(endpoints![Version; claimed, referred])
                    .version_from(Header("Api-Version").or_default(Version::V2024_01_15))
                    .idempotency(sealed_or_not(store)(is_sealed))
                    .with_state(World::new()),
            );
            assert_kept(&client, &clock, "/claimed/small", 201, 201).await;
            assert_kept(&client, &clock, "/claimed/large", 201, 410).await;
            assert_kept(&client, &clock, "/claimed/failed", 502, 502).await;
            assert_kept(&client, &clock, "/referred/small", 201, 201).await;
        }
        let store = SqliteStore::in_memory_at(clock.clone()).await.unwrap();
        let client = Client(
            Api::new(endpoints![Version; joined])
                .version_from(Header("Api-Version").or_default(Version::V2024_01_15))
                .idempotency(sealed_or_not(store)(is_sealed))
                .with_state(World::new()),
        );
        assert_kept(&client, &clock, "/joined/small", 201, 201).await;
        assert_kept(&client, &clock, "/joined/large", 201, 410).await;
        assert_kept(&client, &clock, "/joined/failed", 502, 502).await;
    }
}
