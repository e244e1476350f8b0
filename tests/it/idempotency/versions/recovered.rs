//! An operation whose outcome was found out is the same request at every version, although no handler has read its value.

use super::super::stores::{AnyStore, stores};
use super::{Charge, Money, NewCharge, REQUESTS, V1, V2, V3, World, clock, served};
use axum::extract::{FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use std::time::Duration;
use steadfast::idempotency::{LostExecution, Recover, Recovery};
use steadfast::{Created, Versioned, api_version, idempotent, post};

/// A bank that knows of the charge.
struct Bank;

impl<S: Sync> FromRequestParts<S> for Bank {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        if parts.headers.contains_key("x-refused") { Err(StatusCode::FORBIDDEN) } else { Ok(Self) }
    }
}

impl Recover for Bank {
    type Answer = Created<Versioned<Charge>>;

    async fn recover(self, _: LostExecution) -> Recovery<Self::Answer> {
        let amount = Money { value: 500, currency: "usd".to_owned() };
        let charge = Charge { call: 1, amount, customer_id: "cus_1".to_owned(), captured: true };
        Recovery::Done(Created::at("/charges/1", Versioned(charge)))
    }
}

#[post("/recovered")]
#[idempotent(ttl = "24h", scope = none, on_lost = recover(Bank))]
#[api_version(since = "2024-01-15")]
async fn recovered(
    State(world): State<World>,
    Versioned(new): Versioned<NewCharge>,
) -> Created<Versioned<Charge>> {
    let call = world.enter().await;
    Created::at(format!("/charges/{call}"), Versioned(Charge::of(new, call)))
}

type Found = Created<Versioned<Charge>>;

#[allow(clippy::needless_pass_by_value, reason = "a downgrade takes what the handler returns")]
fn in_words(charge: Found) -> Created<String> {
    let Charge { call, amount, customer_id, .. } = &charge.body().0;
    Created::at(charge.location(), format!("{call}: {} of {customer_id}", amount.value))
}

/// Its answers were others twice, and had another status and header once.
#[post("/worded")]
#[idempotent(ttl = "24h", scope = none, on_lost = recover(Bank))]
#[api_version(
    since = "2024-01-15",
    changed(in = "2024-12-18", response(downgrade = in_words)),
    changed(
        in = "2024-06-15",
        response(downgrade = |words: Created<String>| words.body().to_uppercase()),
        status(403, was = 401),
    ),
)]
async fn worded(State(world): State<World>, Versioned(new): Versioned<NewCharge>) -> Found {
    let call = world.enter().await;
    Created::at(format!("/charges/{call}"), Versioned(Charge::of(new, call)))
}

/// The same, where the type of who finds it is known to the caller only.
#[post("/generic")]
#[idempotent(ttl = "24h", scope = none, on_lost = recover(B))]
#[api_version(since = "2024-01-15", opaque, changed(in = "2024-12-18", response(downgrade = in_words)))]
#[allow(clippy::extra_unused_type_parameters, reason = "the attribute uses it")]
async fn generic<B>(State(world): State<World>, Versioned(new): Versioned<NewCharge>) -> Found
where
    B: Recover<Answer = Found> + FromRequestParts<World> + 'static,
{
    let call = world.enter().await;
    Created::at(format!("/charges/{call}"), Versioned(Charge::of(new, call)))
}

/// A process that dies while its handler runs.
async fn crash(store: AnyStore, path: &'static str, version: &'static str, body: &'static str) {
    let world = World::held();
    let client = served!(store, world; recovered, worded, generic::<Bank>);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.spawn(async move { client.ask(path, version, "k", body).await });
    world.entered().await;
    tokio::task::spawn_blocking(move || runtime.shutdown_timeout(Duration::from_mins(1))).await.unwrap();
}

#[tokio::test]
async fn retry_at_another_version_is_replayed_after_a_recovery() {
    for (version, body) in REQUESTS {
        let clock = clock();
        for store in stores(&clock).await {
            crash(store.clone(), "/recovered", version, body).await;
            clock.advance(Duration::from_mins(2));
            let world = World::new();
            let client = served!(store, world; recovered);
            assert_eq!(client.ask("/recovered", version, "k", body).await.status, 201);
            for (at, body) in REQUESTS {
                let seen = client.ask("/recovered", at, "k", body).await;
                assert_eq!((seen.status, seen.is_replay()), (201, true), "{version}, then {at}: {seen:?}");
                assert_eq!(seen.header("api-version"), Some(at));
            }
            for other in [V1, V2, V3] {
                let body = REQUESTS.iter().find(|(version, _)| *version == other).unwrap().1;
                let body = body.replace("500", "700");
                client.ask("/recovered", other, "k", &body).await.is_problem(422, "key-reused");
            }
            assert_eq!(world.calls(), 0);
        }
    }
}

#[tokio::test]
async fn what_is_found_is_told_as_the_handler_would_have_told_it() {
    for path in ["/worded", "/generic"] {
        for (version, body) in REQUESTS {
            let clock = clock();
            for store in stores(&clock).await {
                crash(store.clone(), path, version, body).await;
                clock.advance(Duration::from_mins(2));
                let world = World::new();
                let client = served!(store, world; recovered, worded, generic::<Bank>);
                let found = client.ask(path, version, "k", body).await;
                let replay = client.ask(path, version, "k", body).await;
                assert_eq!((found.is_replay(), replay.is_replay(), world.calls()), (false, true, 0));
                let told = client.ask(path, version, "another", body).await;
                assert_eq!(world.calls(), 1, "the handler");
                for seen in [&found, &replay] {
                    assert_eq!((seen.status, &seen.body), (told.status, &told.body), "{path} at {version}");
                    for header in ["location", "content-type", "api-version"] {
                        assert_eq!(seen.header(header), told.header(header), "{path} at {version}");
                    }
                }
            }
        }
    }
}

#[tokio::test]
async fn who_may_not_find_out_is_refused_with_the_status_of_the_version() {
    for ((version, body), status) in REQUESTS.into_iter().zip([401, 403, 403]) {
        let clock = clock();
        for store in stores(&clock).await {
            crash(store.clone(), "/worded", version, body).await;
            clock.advance(Duration::from_mins(2));
            let client = served!(store, World::new(); worded);
            let headers = [
                ("api-version", version),
                ("idempotency-key", "k"),
                ("content-type", "application/json"),
                ("x-refused", "1"),
            ];
            assert_eq!(client.send("POST", "/worded", &headers, body).await.status, status, "{version}");
        }
    }
}
