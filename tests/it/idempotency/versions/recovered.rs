//! An operation whose outcome was found out is the same request at every version, although no handler has read its value.

use super::super::stores::{AnyStore, stores};
use super::{Charge, Money, NewCharge, REQUESTS, V1, V2, V3, World, clock, served};
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use std::convert::Infallible;
use std::time::Duration;
use steadfast::idempotency::{LostExecution, Recover, Recovery};
use steadfast::{Created, Versioned, api_version, idempotent, post};

/// A bank that knows of the charge.
struct Bank;

impl<S: Sync> FromRequestParts<S> for Bank {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self)
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

/// A process that dies while its handler runs.
async fn crash(store: AnyStore, version: &'static str, body: &'static str) {
    let world = World::held();
    let client = served!(store, world; recovered);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.spawn(async move { client.ask("/recovered", version, "k", body).await });
    world.entered().await;
    tokio::task::spawn_blocking(move || runtime.shutdown_timeout(Duration::from_mins(1))).await.unwrap();
}

#[tokio::test]
async fn retry_at_another_version_is_replayed_after_a_recovery() {
    for (version, body) in REQUESTS {
        let clock = clock();
        for store in stores(&clock).await {
            crash(store.clone(), version, body).await;
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
