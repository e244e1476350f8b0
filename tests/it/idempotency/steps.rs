//! Operations in steps: what is finished is not done again.

use super::stores::{AnyStore, Call, stores};
use super::world::World;
use super::{api, clock};
use axum::extract::{FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use steadfast::idempotency::{LostExecution, Recover, Recovery, StepError, Steps};
use steadfast::{Idempotency, Problem, idempotent, post};
use steadfast_engine::Kind;

/// Another service: what it was asked, and with which key.
#[derive(Clone, Default)]
struct Service(Arc<Mutex<Vec<(&'static str, String)>>>);

impl Service {
    fn asked(&self, what: &'static str, key: String) {
        self.0.lock().unwrap().push((what, key));
    }

    fn names(&self) -> Vec<&'static str> {
        self.0.lock().unwrap().iter().map(|(name, _)| *name).collect()
    }

    fn keys(&self, of: &str) -> Vec<String> {
        let asked = self.0.lock().unwrap();
        asked.iter().filter(|(name, _)| *name == of).map(|(_, key)| key.clone()).collect()
    }
}

#[derive(Clone)]
struct Surroundings {
    world: World,
    service: Service,
}

impl Surroundings {
    fn new(service: &Service, world: World) -> Self {
        Self { world, service: service.clone() }
    }
}

/// Charges, then asks the world whether to go on, then books.
#[post("/pay")]
#[idempotent(ttl = "24h", scope = none, key = optional)]
async fn pay(
    State(Surroundings { world, service }): State<Surroundings>,
    mut steps: Steps,
) -> Result<(StatusCode, String), Problem> {
    let finished = steps.finished();
    let key = steps.key("charge");
    let charge: u32 = steps
        .run("charge", || async {
            service.asked("charge", key);
            Ok::<_, Problem>(7)
        })
        .await?;
    let (status, _) = world.work().await;
    if !status.is_success() {
        return Ok((status, "stopped".to_owned()));
    }
    let key = steps.key("book");
    let booking: String = steps
        .run("book", || async {
            service.asked("book", key);
            Ok::<_, Problem>(format!("b{charge}"))
        })
        .await?;
    Ok((StatusCode::CREATED, format!("{booking} after {finished}")))
}

/// Finds that whatever was not recorded was not done.
struct NotDone;

impl<S: Sync> FromRequestParts<S> for NotDone {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self)
    }
}

impl Recover for NotDone {
    type Answer = StatusCode;

    async fn recover(self, _: LostExecution) -> Recovery<StatusCode> {
        Recovery::NotDone
    }
}

#[post("/asking")]
#[idempotent(ttl = "24h", scope = none, on_lost = recover(NotDone))]
async fn asking(
    State(surroundings): State<Surroundings>,
    steps: Steps,
) -> Result<(StatusCode, String), Problem> {
    pay(State(surroundings), steps).await
}

/// A later release at the same path, which asks for other steps: what the operation is called says which.
mod later {
    use super::*;

    async fn begun(mut steps: Steps, name: &'static str) -> Result<StatusCode, StepError> {
        let _: u32 = steps.run(name, || async { Ok::<_, StepError>(8) }).await?;
        Ok(StatusCode::CREATED)
    }

    #[post("/pay")]
    #[idempotent(ttl = "24h", scope = none)]
    pub(super) async fn renamed(steps: Steps) -> Result<StatusCode, StepError> {
        begun(steps, "capture").await
    }

    #[post("/pay")]
    #[idempotent(ttl = "24h", scope = none)]
    pub(super) async fn retyped(mut steps: Steps) -> Result<StatusCode, StepError> {
        let _: u64 = steps.run("charge", || async { Ok::<_, StepError>(8) }).await?;
        Ok(StatusCode::CREATED)
    }
}

fn process(store: &AnyStore, service: &Service, world: World) -> super::Client {
    api!(Idempotency::new(store.clone()), Surroundings::new(service, world); pay, asking)
}

#[tokio::test]
async fn an_error_between_steps_goes_on_behind_the_last_one() {
    for store in stores(&clock()).await {
        let (service, world) = (Service::default(), World::new());
        let client = process(&store, &service, world.clone());
        for status in [503, super::world::PANIC, 500] {
            world.answers(status);
            assert_eq!(client.post("/pay", "k").await.status, status.max(500));
        }
        let other = client.send("POST", "/pay", &[("idempotency-key", "k")], "other").await;
        other.is_problem(422, "key-reused");
        world.answers(201);
        client.post("/pay", "k").await.is_fresh(201, "b7 after 1");
        client.post("/pay", "k").await.is_replayed(201, "b7 after 1");
        assert_eq!(service.names(), ["charge", "book"]);
    }
}

#[tokio::test]
async fn a_crash_between_steps_goes_on_behind_the_last_one() {
    let clock = clock();
    for store in stores(&clock).await {
        let (service, dying) = (Service::default(), World::held());
        super::world::crash(process(&store, &service, dying.clone()), &dying, "/pay", "k").await;
        clock.advance(Duration::from_mins(2));
        let client = process(&store, &service, World::new());
        client.post("/pay", "k").await.is_fresh(201, "b7 after 1");
        assert_eq!(service.names(), ["charge", "book"]);
    }
}

/// That it can go no further is no answer of the operation, also if the winner has stopped behind the same step.
#[tokio::test]
async fn who_is_overtaken_between_steps_goes_no_further() {
    let clock = clock();
    for store in stores(&clock).await {
        for stops in [false, true] {
            let (service, slow, world) = (Service::default(), World::held(), World::new());
            let key = if stops { "stops" } else { "ends" };
            let client = process(&store, &service, slow.clone());
            let running = tokio::spawn(async move { client.post("/pay", key).await });
            slow.entered().await;
            clock.advance(Duration::from_mins(2));
            let winner = process(&store, &service, world.clone());
            if stops {
                world.answers(503);
                assert_eq!(winner.post("/pay", key).await.status, 503);
            } else {
                winner.post("/pay", key).await.is_fresh(201, "b7 after 1");
            }
            slow.let_one();
            running.await.unwrap().is_problem(409, "in-progress");
            world.answers(201);
            let retry = winner.post("/pay", key).await;
            assert_eq!((retry.status, retry.body.as_str(), retry.is_replay()), (201, "b7 after 1", !stops));
            let booked = service.keys("book");
            assert_eq!((booked.len(), &booked[0]), (2, &booked[1]), "the other service knows them for one");
        }
    }
}

/// However often that happens.
#[tokio::test]
async fn a_recovery_that_finds_it_not_done_goes_on_behind_the_last_one() {
    let clock = clock();
    for store in stores(&clock).await {
        let (service, dying) = (Service::default(), World::held());
        for _ in 0..3 {
            let process = process(&store, &service, dying.clone());
            super::world::crash(process, &dying, "/asking", "k").await;
            clock.advance(Duration::from_mins(2));
        }
        let client = process(&store, &service, World::new());
        client.post("/asking", "k").await.is_fresh(201, "b7 after 1");
        client.post("/asking", "k").await.is_replayed(201, "b7 after 1");
        assert_eq!(service.names(), ["charge", "book"]);
    }
}

#[tokio::test]
async fn a_step_that_could_not_be_recorded_is_repeated_with_the_same_key() {
    for store in stores(&clock()).await {
        let service = Service::default();
        let client = process(&store, &service, World::new());
        store.fail(|call| call == Call::Swap(Some(Kind::Running)));
        for _ in 0..2 {
            client.post("/pay", "k").await.is_problem(503, "store-unavailable");
        }
        store.fail(|_| false);
        client.post("/pay", "k").await.is_fresh(201, "b7 after 0");
        client.post("/pay", "other").await.is_fresh(201, "b7 after 0");
        let keys = service.keys("charge");
        assert_eq!(keys.len(), 4);
        assert!(keys[0] == keys[1] && keys[1] == keys[2] && keys[2] != keys[3], "{keys:?}");
        assert_ne!(service.keys("book")[0], keys[0], "another step has another key");
    }
}

#[tokio::test]
async fn a_release_with_other_steps_stops_and_loses_nothing() {
    for store in stores(&clock()).await {
        let (service, world) = (Service::default(), World::new());
        let client = process(&store, &service, world.clone());
        world.answers(503);
        assert_eq!(client.post("/pay", "k").await.status, 503);
        let renamed =
            api!(Idempotency::new(store.clone()), Surroundings::new(&service, world.clone()); later::renamed);
        renamed.post("/pay", "k").await.is_problem(500, "internal-error");
        let retyped =
            api!(Idempotency::new(store.clone()), Surroundings::new(&service, world.clone()); later::retyped);
        retyped.post("/pay", "k").await.is_problem(500, "internal-error");
        // The release before is put back.
        world.answers(201);
        client.post("/pay", "k").await.is_fresh(201, "b7 after 1");
        assert_eq!(service.names(), ["charge", "book"]);
    }
}

#[tokio::test]
async fn without_a_key_steps_run_and_nothing_is_kept() {
    for store in stores(&clock()).await {
        let (service, world) = (Service::default(), World::new());
        let client = process(&store, &service, world);
        for _ in 0..2 {
            let seen = client.send("POST", "/pay", &[], "").await;
            seen.is_fresh(201, "b7 after 0");
            assert_eq!(seen.header("idempotency-protected"), Some("false"));
        }
        assert_eq!(service.names(), ["charge", "book", "charge", "book"]);
        let keys = service.keys("charge");
        assert_ne!(keys[0], keys[1], "nothing says that they are one operation");
        assert_eq!(store.calls(), []);
    }
}
