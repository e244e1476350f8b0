//! A stored response is for callers whom the endpoint would still let in.

use super::stores::stores;
use super::world::{World, crash_with};
use super::{Client, Merchant, clock};
use axum::extract::{Extension, FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use std::convert::Infallible;
use std::time::Duration;
use steadfast::idempotency::{LostExecution, Recover, Recovery, Reference, Referenced};
use steadfast::{
    Api, ApiVersions, FixedClock, Header, Idempotency, MemoryStore, api_version, endpoints, idempotent, post,
};

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15", deprecated = "2024-06-15", sunset = "2025-01-02")]
    V1,
    #[version("2024-12-18")]
    V2,
}

/// The role of the caller, which it has as long as the request has the header.
struct MayPay;

/// The caller's limit, which the handler finds without another look-up.
#[derive(Clone)]
struct Limit(u32);

impl FromRequestParts<World> for MayPay {
    type Rejection = (StatusCode, &'static str);

    async fn from_request_parts(parts: &mut Parts, _: &World) -> Result<Self, Self::Rejection> {
        let role = parts.headers.get("x-role").ok_or((StatusCode::FORBIDDEN, "may not pay"))?;
        let limit = role.to_str().unwrap().parse().map_err(|_| (StatusCode::FORBIDDEN, "no limit"))?;
        parts.extensions.insert(Limit(limit));
        Ok(Self)
    }
}

#[post("/own")]
#[idempotent(ttl = "24h", scope = Merchant, authorize(MayPay), in_progress = wait("5s"))]
#[api_version(since = "2024-01-15")]
async fn own(State(world): State<World>, Extension(limit): Extension<Limit>) -> (StatusCode, String) {
    let (status, call) = world.work().await;
    (status, format!("{call}, up to {}", limit.0))
}

#[post("/common")]
#[idempotent(ttl = "24h", scope = global, authorize(Merchant, MayPay))]
#[api_version(since = "2024-01-15")]
async fn common(State(world): State<World>, _: MayPay) -> (StatusCode, String) {
    world.work().await
}

#[post("/nobodys")]
#[idempotent(ttl = "24h", scope = none, authorize(MayPay))]
#[api_version(since = "2024-01-15")]
async fn nobodys(State(world): State<World>) -> (StatusCode, String) {
    world.work().await
}

/// Counts how often it was asked.
struct Bank(World);

impl FromRequestParts<World> for Bank {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, world: &World) -> Result<Self, Infallible> {
        Ok(Self(world.clone()))
    }
}

impl Recover for Bank {
    type Answer = &'static str;

    async fn recover(self, _: LostExecution) -> Recovery<Self::Answer> {
        self.0.enter().await;
        Recovery::Done("recovered")
    }
}

impl Reference for Bank {
    type Id = u32;
    type Answer = &'static str;

    async fn answer(self, _: u32) -> Option<Self::Answer> {
        self.0.enter().await;
        Some("fetched")
    }
}

#[post("/recovered")]
#[idempotent(ttl = "24h", scope = Merchant, authorize(MayPay), on_lost = recover(Bank))]
#[api_version(since = "2024-01-15")]
async fn recovered(State(world): State<World>) -> (StatusCode, String) {
    world.work().await
}

#[post("/referenced")]
#[idempotent(ttl = "24h", scope = Merchant, authorize(MayPay), replay = reference(Bank))]
#[api_version(since = "2024-01-15")]
async fn referenced(State(world): State<World>) -> Referenced<u32, String> {
    Referenced(world.enter().await, "made".to_owned())
}

fn served(store: impl steadfast::idempotency::Store, world: &World, day: &FixedClock) -> Client {
    let endpoints = endpoints![Version; own, common, nobodys, recovered, referenced];
    let api = Api::new(endpoints).version_from(Header("Api-Version").or_default(Version::V2));
    Client(api.clock(day.clone()).idempotency(Idempotency::new(store)).with_state(world.clone()))
}

const KEY: (&str, &str) = ("idempotency-key", "k");
const ACME: (&str, &str) = ("x-merchant", "acme");
const ROLE: (&str, &str) = ("x-role", "100");

#[tokio::test]
async fn revoked_role_then_no_replay() {
    for store in stores(&clock()).await {
        let world = World::new();
        let client = served(store, &world, &clock());
        let send = async |path, headers: &[_]| client.send("POST", path, headers, "{}").await;
        // A refused request neither runs nor uses up its key.
        send("/own", &[KEY, ACME]).await.is_fresh(403, "may not pay");
        send("/own", &[KEY, ACME, ROLE]).await.is_fresh(201, "call 1, up to 100");
        send("/own", &[KEY, ACME, ROLE]).await.is_replayed(201, "call 1, up to 100");
        send("/own", &[KEY, ACME]).await.is_fresh(403, "may not pay");
        // Who is not known is not asked for a role.
        assert_eq!(send("/own", &[KEY, ROLE]).await.status, 401);
        // Nor is the key of such a request judged.
        send("/own", &[("idempotency-key", ""), ACME]).await.is_fresh(403, "may not pay");
        send("/own", &[KEY, ACME, ROLE]).await.is_replayed(201, "call 1, up to 100");
        assert_eq!(world.calls(), 1);
    }
}

#[tokio::test]
async fn shared_keys_then_each_extractor_runs_on_every_attempt() {
    for (path, others) in [("/common", &[ACME][..]), ("/nobodys", &[])] {
        let client = served(MemoryStore::new(), &World::new(), &clock());
        let with = async |more: &[_]| client.send("POST", path, &[&[KEY], more].concat(), "{}").await;
        with(&[others, &[ROLE]].concat()).await.is_fresh(201, "call 1");
        with(&[others, &[ROLE]].concat()).await.is_replayed(201, "call 1");
        with(others).await.is_fresh(403, "may not pay");
        if !others.is_empty() {
            assert_eq!(with(&[ROLE]).await.status, 401);
        }
    }
}

#[tokio::test]
async fn revoked_role_then_no_replay_at_another_version_nor_after_the_sunset() {
    let day = clock();
    day.advance(Duration::from_hours(12));
    let client = served(MemoryStore::new(), &World::new(), &day);
    let at = async |version, more: &[_]| {
        let headers = [&[("api-version", version), KEY, ACME], more].concat();
        client.send("POST", "/own", &headers, "{}").await
    };
    at("2024-01-15", &[ROLE]).await.is_fresh(201, "call 1, up to 100");
    at("2024-12-18", &[]).await.is_fresh(403, "may not pay");
    at("2024-12-18", &[ROLE]).await.is_replayed(201, "call 1, up to 100");
    day.advance(Duration::from_hours(12));
    at("2024-01-15", &[]).await.is_fresh(403, "may not pay");
    at("2024-01-15", &[ROLE]).await.is_replayed(201, "call 1, up to 100");
}

#[tokio::test]
async fn revoked_role_then_no_waiting_for_the_response() {
    let world = World::held();
    let client = served(MemoryStore::new(), &world, &clock());
    let first = {
        let client = client.clone();
        tokio::spawn(async move { client.send("POST", "/own", &[KEY, ACME, ROLE], "{}").await })
    };
    world.entered().await;
    client.send("POST", "/own", &[KEY, ACME], "{}").await.is_fresh(403, "may not pay");
    world.let_one();
    first.await.unwrap().is_fresh(201, "call 1, up to 100");
}

#[tokio::test]
async fn revoked_role_then_nothing_is_recovered_or_fetched() {
    let day = clock();
    for store in stores(&day).await {
        let world = World::new();
        let client = served(store, &world, &day);
        let send = async |headers: &[_]| client.send("POST", "/referenced", headers, "{}").await;
        send(&[KEY, ACME, ROLE]).await.is_fresh(200, "made");
        send(&[KEY, ACME]).await.is_fresh(403, "may not pay");
        assert_eq!(world.calls(), 1);
        send(&[KEY, ACME, ROLE]).await.is_replayed(200, "fetched");
    }
    for store in stores(&day).await {
        let dying = World::held();
        crash_with(served(store.clone(), &dying, &day), &dying, "/recovered", vec![KEY, ACME, ROLE]).await;
        day.advance(Duration::from_mins(2));
        let world = World::new();
        let client = served(store, &world, &day);
        let send = async |headers: &[_]| client.send("POST", "/recovered", headers, "{}").await;
        send(&[KEY, ACME]).await.is_fresh(403, "may not pay");
        assert_eq!(world.calls(), 0);
        send(&[KEY, ACME, ROLE]).await.is_fresh(200, "recovered");
    }
}
