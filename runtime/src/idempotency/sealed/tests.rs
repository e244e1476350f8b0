use super::{KeyRing, SealedStore};
use crate::clock::FixedClock;
use crate::idempotency::record::{
    Fingerprint, Kept, RecordId, Sealed, Step, StepOutput, StoredResponse, Token,
};
use crate::idempotency::store::MemoryStore;
use crate::idempotency::{
    Action, BoxFuture, Event, Finished, Keep, Newest, OnLost, Request, Store, StoreError, Tombstone,
};
use crate::testing::store_contract;
use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use steadfast_core::Date;

const NEW: [u8; 32] = [1; 32];
const OLD: [u8; 32] = [2; 32];

const TOKEN: Token = Token([1; 16]);
const LEASE: Duration = Duration::from_mins(1);
const VERSION: Option<Date> = Date::from_ymd(2025, 9, 30);

fn ring() -> KeyRing {
    KeyRing::new("new", &NEW).older("old", &OLD)
}

fn fingerprint(of: u8) -> Fingerprint {
    Fingerprint { algorithm: 2, bytes: [of; Fingerprint::LENGTH] }
}

fn id(of: u8) -> RecordId {
    RecordId([of; 32])
}

fn response() -> Kept {
    Kept::Response(Arc::new(StoredResponse {
        status: StatusCode::CREATED,
        headers: vec![(HeaderName::from_static("x-secret"), HeaderValue::from_static("hunter2"))],
        body: Bytes::from_static(b"hunter2"),
        version: VERSION,
        newest: VERSION.map(|version| Newest {
            version,
            shape: 7,
            body: Some(Bytes::from_static(b"hunter2")),
        }),
    }))
}

fn tombstone(location: Option<&'static str>) -> Kept {
    let location = location.map(HeaderValue::from_static);
    Kept::Tombstone(Tombstone { status: StatusCode::CREATED, location, version: None })
}

fn step(name: &str) -> Step {
    Step { name: name.into(), shape: 7, output: Bytes::from_static(b"hunter2").into() }
}

fn complete(outcome: Kept) -> Event {
    let keep = Keep::new(Duration::from_hours(1));
    Event::Complete { token: TOKEN, asked: fingerprint(7).into(), outcome, keep }
}

fn request(token: Token) -> Event {
    Event::Request(Request { version: VERSION, ..Request::new(fingerprint(7), token, LEASE) })
}

fn look() -> Event {
    Event::Look { asked: fingerprint(7).into() }
}

#[track_caller]
fn unreadable(result: Result<Action, StoreError>) -> String {
    match result {
        Err(StoreError::Unreadable { why }) => why.into_owned(),
        other => panic!("{other:?}"),
    }
}

/// A store under a [`SealedStore`], in which whoever can write to it changes what is stored.
#[derive(Clone, Default)]
struct Planted(Arc<Mutex<Inside>>);

#[derive(Default)]
struct Inside {
    store: MemoryStore,
    /// What takes the place of the next answers.
    answer: Option<Action>,
    /// What was sealed last.
    outcome: Option<Kept>,
    steps: Vec<Step>,
}

impl Planted {
    fn sealed(&self, keys: KeyRing) -> SealedStore {
        SealedStore::new(Arc::new(self.clone()), keys)
    }

    fn answer(&self, action: Action) {
        self.0.lock().unwrap().answer = Some(action);
    }

    fn outcome(&self) -> (Option<Date>, Sealed) {
        match self.0.lock().unwrap().outcome.clone() {
            Some(Kept::Sealed { version, sealed }) => (version, sealed),
            other => panic!("{other:?}"),
        }
    }

    fn steps(&self) -> Vec<Step> {
        self.0.lock().unwrap().steps.clone()
    }
}

impl Store for Planted {
    fn apply(&self, id: RecordId, event: Event) -> BoxFuture<'_, Result<Action, StoreError>> {
        Box::pin(async move {
            let mut inside = self.0.lock().unwrap();
            match &event {
                Event::Complete { outcome, .. } => inside.outcome = Some(outcome.clone()),
                Event::Step { step, .. } => inside.steps.push(step.clone()),
                _ => {}
            }
            if let (Some(answer), Event::Look { .. } | Event::Request(_)) = (&inside.answer, &event) {
                return Ok(answer.clone());
            }
            let future = inside.store.apply(id, event);
            futures_util::FutureExt::now_or_never(future).unwrap()
        })
    }
}

#[tokio::test]
async fn a_sealed_store_is_a_store() {
    store_contract::check(async |clock: FixedClock| {
        Ok(SealedStore::new(Arc::new(MemoryStore::new().clock(clock)), ring()))
    })
    .await
    .unwrap();
}

#[cfg(feature = "sqlite")]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_sealed_database_is_a_database() {
    store_contract::check(async |clock: FixedClock| {
        let database = crate::SqliteStore::in_memory_at(clock).await?;
        Ok(SealedStore::new(Arc::new(database), ring()))
    })
    .await
    .unwrap();
}

/// In every form that something is kept in, nothing of it is in what the store is given.
#[tokio::test]
async fn nothing_that_was_told_reaches_the_store() {
    for (of, outcome) in [response(), tombstone(Some("/hunter2")), tombstone(None)].into_iter().enumerate() {
        let id = id(of.try_into().unwrap());
        let planted = Planted::default();
        let store = planted.sealed(ring());
        assert_eq!(store.apply(id, request(TOKEN)).await.unwrap(), Action::EXECUTE);
        let event = Event::Step { token: TOKEN, index: 0, step: step("charge"), lease: LEASE };
        assert_eq!(store.apply(id, event).await.unwrap(), Action::Done);
        assert_eq!(store.apply(id, complete(outcome.clone())).await.unwrap(), Action::Done);
        let (version, Sealed(sealed)) = planted.outcome();
        assert_eq!(version, outcome.version());
        let StepOutput::Sealed(Sealed(output)) = planted.steps()[0].output.clone() else { panic!("plain") };
        for bytes in [sealed, output] {
            assert!(!bytes.windows(7).any(|window| window == b"hunter2"), "{bytes:?}");
        }
        let Action::Replay { outcome: found, .. } = store.apply(id, look()).await.unwrap() else {
            panic!("no replay")
        };
        assert_eq!(found, outcome);
    }
}

#[tokio::test]
async fn an_outcome_opens_only_where_it_was_sealed() {
    let planted = Planted::default();
    let store = planted.sealed(ring());
    assert_eq!(store.apply(id(1), complete(response())).await.unwrap(), Action::Done);
    let (version, sealed) = planted.outcome();
    let plant = |version, sealed: &Sealed| {
        let outcome = Kept::Sealed { version, sealed: sealed.clone() };
        planted.answer(Action::Replay { outcome, expires_at: 1 });
    };
    plant(version, &sealed);
    assert!(matches!(store.apply(id(1), look()).await, Ok(Action::Replay { .. })));
    assert!(unreadable(store.apply(id(2), look()).await).contains("sealed as another record"));
    // A request that has another fingerprint than the one that was answered.
    let other = Event::Look { asked: fingerprint(8).into() };
    assert!(unreadable(store.apply(id(1), other).await).contains("sealed for another request"));
    for version in [None, Date::from_ymd(2024, 1, 15)] {
        plant(version, &sealed);
        unreadable(store.apply(id(1), look()).await);
    }
    for at in 0..sealed.0.len() {
        let mut damaged = sealed.0.to_vec();
        damaged[at] ^= 1;
        plant(version, &Sealed(damaged.into()));
        unreadable(store.apply(id(1), look()).await);
        plant(version, &Sealed(sealed.0.slice(..at)));
        unreadable(store.apply(id(1), look()).await);
    }
}

#[tokio::test]
async fn a_step_opens_only_where_it_was_sealed() {
    let planted = Planted::default();
    let store = planted.sealed(ring());
    for of in [1, 2] {
        assert_eq!(store.apply(id(of), request(TOKEN)).await.unwrap(), Action::EXECUTE);
        for (index, name) in ["charge", "charge", "book"].into_iter().enumerate() {
            let event = Event::Step { token: TOKEN, index, step: step(name), lease: LEASE };
            assert_eq!(store.apply(id(of), event).await.unwrap(), Action::Done);
        }
    }
    let steps = planted.steps();
    let [first, second, book, of_another, ..] = &steps[..] else { panic!("{steps:?}") };
    let plant = |steps: &[&Step]| {
        let steps: Finished = steps.iter().map(|&step| step.clone()).collect();
        planted.answer(Action::Execute { steps });
    };
    plant(&[first, second, book]);
    let opened = store.apply(id(1), request(TOKEN)).await.unwrap();
    let plain: Finished = [step("charge"), step("charge"), step("book")].into_iter().collect();
    assert_eq!(opened, Action::Execute { steps: plain });
    let changed = |change: fn(&mut Step)| {
        let mut step = first.clone();
        change(&mut step);
        step
    };
    let (renamed, retyped) = (changed(|step| step.name = "book".into()), changed(|step| step.shape = 8));
    let kind = changed(|step| {
        let StepOutput::Sealed(Sealed(bytes)) = &step.output else { return };
        let mut bytes = bytes.to_vec();
        *bytes.last_mut().unwrap() ^= 1;
        step.output = StepOutput::Sealed(Sealed(bytes.into()));
    });
    for planted_steps in [
        vec![second, first, book],
        vec![first, first],
        vec![second],
        vec![of_another],
        vec![&renamed],
        vec![&retyped],
        vec![&kind],
        vec![first, &step("charge")],
    ] {
        plant(&planted_steps);
        unreadable(store.apply(id(1), request(TOKEN)).await);
    }
    // An outcome is no step, and a step no outcome.
    assert_eq!(store.apply(id(1), complete(tombstone(None))).await.unwrap(), Action::Done);
    let mut step = first.clone();
    step.output = StepOutput::Sealed(planted.outcome().1);
    plant(&[&step]);
    unreadable(store.apply(id(1), request(TOKEN)).await);
    let StepOutput::Sealed(sealed) = first.output.clone() else { panic!("plain") };
    planted.answer(Action::Replay { outcome: Kept::Sealed { version: None, sealed }, expires_at: 1 });
    unreadable(store.apply(id(1), look()).await);
}

/// A claim that leads nowhere would keep its twins waiting until its lease ends.
#[tokio::test]
async fn what_was_claimed_and_cannot_be_opened_is_given_back_with_its_steps() {
    let inner: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let of = |keys| SealedStore::new(Arc::clone(&inner), keys);
    let before = of(KeyRing::new("old", &OLD));
    assert_eq!(before.apply(id(1), request(TOKEN)).await.unwrap(), Action::EXECUTE);
    let event = Event::Step { token: TOKEN, index: 0, step: step("charge"), lease: LEASE };
    assert_eq!(before.apply(id(1), event).await.unwrap(), Action::Done);
    assert_eq!(before.apply(id(1), Event::Release { token: TOKEN }).await.unwrap(), Action::Done);
    let without = of(KeyRing::new("new", &NEW));
    for _ in 0..2 {
        let why = unreadable(without.apply(id(1), request(Token([2; 16]))).await);
        assert!(why.contains("sealed with the key `old`, which the ring lacks"), "{why}");
        assert_eq!(without.apply(id(1), Event::Status).await.unwrap(), Action::Missing);
    }
    let steps = [step("charge")].into_iter().collect();
    let rotated = of(ring());
    assert_eq!(rotated.apply(id(1), request(Token([3; 16]))).await.unwrap(), Action::Execute { steps });
}

#[tokio::test]
async fn a_recovery_begins_with_the_steps_of_what_was_lost() {
    let clock = FixedClock::new(Duration::from_secs(1000));
    let store = SealedStore::new(Arc::new(MemoryStore::new().clock(clock.clone())), ring());
    assert_eq!(store.apply(id(1), request(TOKEN)).await.unwrap(), Action::EXECUTE);
    let event = Event::Step { token: TOKEN, index: 0, step: step("charge"), lease: LEASE };
    assert_eq!(store.apply(id(1), event).await.unwrap(), Action::Done);
    clock.advance(LEASE);
    let recovering = Request {
        version: VERSION,
        on_lost: OnLost::Recover,
        ..Request::new(fingerprint(7), Token([2; 16]), LEASE)
    };
    let recover = Action::Recover { since: 1_000_000, steps: [step("charge")].into_iter().collect() };
    assert_eq!(store.apply(id(1), Event::Request(recovering)).await.unwrap(), recover);
}

#[tokio::test]
async fn the_newest_key_seals_and_all_of_them_open() {
    let inner: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let of = |keys| SealedStore::new(Arc::clone(&inner), keys);
    assert_eq!(of(KeyRing::new("old", &OLD)).apply(id(1), complete(response())).await.unwrap(), Action::Done);
    let rotated = of(ring());
    assert_eq!(rotated.apply(id(2), complete(response())).await.unwrap(), Action::Done);
    for of in [1, 2] {
        assert!(matches!(rotated.apply(id(of), look()).await, Ok(Action::Replay { .. })));
    }
    let later = of(KeyRing::new("new", &NEW));
    assert!(matches!(later.apply(id(2), look()).await, Ok(Action::Replay { .. })));
    let why = unreadable(later.apply(id(1), look()).await);
    assert!(why.contains("sealed with the key `old`, which the ring lacks"), "{why}");
    // The id is what the record says: the key behind it has to be the one.
    let wrong = of(KeyRing::new("new", &OLD));
    assert!(unreadable(wrong.apply(id(2), look()).await).contains("damaged"));
    // Of what cannot be compared for want of the key it is told which one.
    let other = Event::Look { asked: Fingerprint { algorithm: 9, ..fingerprint(7) }.into() };
    assert!(unreadable(later.apply(id(1), other.clone()).await).contains("`old`"));
    assert_eq!(later.apply(id(2), other).await.unwrap(), Action::Incomparable);
}

/// Errors go to logs, and whoever can write to the store writes nothing else into them.
#[tokio::test]
async fn what_is_no_id_of_a_key_is_not_repeated() {
    let planted = Planted::default();
    let store = planted.sealed(ring());
    let mut bytes = b"\x01\x07a\nlevel".to_vec();
    bytes.resize(100, 0);
    let outcome = Kept::Sealed { version: VERSION, sealed: Sealed(bytes.into()) };
    planted.answer(Action::Replay { outcome, expires_at: 1 });
    assert_eq!(unreadable(store.apply(id(1), look()).await), "what is sealed of it is incomplete");
}

#[tokio::test]
async fn plain_records_are_refused_unless_said_otherwise() {
    let inner: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let of = |keys| SealedStore::new(Arc::clone(&inner), keys);
    let writing = of(ring().writes_plain());
    assert_eq!(writing.apply(id(1), complete(response())).await.unwrap(), Action::Done);
    assert!(matches!(
        inner.apply(id(1), look()).await,
        Ok(Action::Replay { outcome: Kept::Response(_), .. })
    ));
    assert!(unreadable(of(ring()).apply(id(1), look()).await).contains("`KeyRing::reads_plain`"));
    let reading = of(ring().reads_plain());
    assert_eq!(reading.apply(id(2), complete(response())).await.unwrap(), Action::Done);
    assert!(matches!(
        inner.apply(id(2), look()).await,
        Ok(Action::Replay { outcome: Kept::Sealed { .. }, .. })
    ));
    for of in [1, 2] {
        for store in [&writing, &reading] {
            assert!(matches!(store.apply(id(of), look()).await, Ok(Action::Replay { .. })));
        }
    }
}

#[tokio::test]
async fn a_settled_operation_is_sealed_too() {
    let inner: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let store = SealedStore::new(Arc::clone(&inner), ring());
    let lose = Event::Lose { token: TOKEN, asked: fingerprint(7).into(), version: None };
    assert_eq!(store.apply(id(1), lose).await.unwrap(), Action::Done);
    let outcome = Some((tombstone(None), Keep::new(Duration::from_hours(1))));
    assert_eq!(store.apply(id(1), Event::Settle { outcome }).await.unwrap(), Action::Done);
    assert!(matches!(
        inner.apply(id(1), look()).await,
        Ok(Action::Replay { outcome: Kept::Sealed { .. }, .. })
    ));
    for event in [look(), Event::Status] {
        let found = store.apply(id(1), event).await.unwrap();
        assert!(matches!(found, Action::Replay { outcome, .. } if outcome == tombstone(None)));
    }
}

/// What is in stores must open in every later release. Both were made with libsodium.
#[tokio::test]
async fn what_a_release_has_sealed_opens() {
    const SEALED: &str = "01036e6577000102030405060708090a0b0c0d0e0f101112131415161732751e7004738e3fac7509cf339cea6a2f465f\
         d5cb08245b3d73ee5b670f0027b0aea26e3d7f31d39c73b75a232f7777de7b6a68cbd4ce40f97a2bdf575d6bf4f0f8b6\
         19f37605f0552ca45a13b45bfea380937933cb12c9cfaffbbed906e2c1a0d137e6867ea9d8ab6c623a5f307ee990addc\
         08749146278e721ac0ac45a5a3e815de720a713b91062c77bd";
    const STEP: &str = "01036e657702bb5154c4f42e6aab9856d295e7ed518de6906b7f7454d2210f64edc2ac0cde2e8d4328980ead66e00273\
         ad14c0f9a3ec";
    let bytes = |hex: &str| -> Bytes {
        (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
    };
    let planted = Planted::default();
    let store = planted.sealed(ring());
    let outcome = Kept::Sealed { version: VERSION, sealed: Sealed(bytes(SEALED)) };
    planted.answer(Action::Replay { outcome, expires_at: 1 });
    let opened = store.apply(id(1), look()).await.unwrap();
    assert_eq!(opened, Action::Replay { outcome: response(), expires_at: 1 });
    // Of a step it is also said how it is sealed: one that is sent twice is the same.
    let event = Event::Step { token: TOKEN, index: 0, step: step("charge"), lease: LEASE };
    assert_eq!(store.apply(id(1), event).await.unwrap(), Action::Lost);
    assert!(planted.steps()[0].output == StepOutput::Sealed(Sealed(bytes(STEP))));
}

#[tokio::test]
async fn an_answer_is_sealed_differently_every_time() {
    let planted = Planted::default();
    let store = planted.sealed(ring());
    assert_eq!(store.apply(id(1), complete(response())).await.unwrap(), Action::Done);
    let (_, first) = planted.outcome();
    let again = store.apply(id(1), complete(response())).await.unwrap();
    assert!(matches!(again, Action::Replay { .. }));
    assert_ne!(planted.outcome().1, first);
}

#[test]
fn debug_shows_ids_only() {
    assert_eq!(format!("{:?}", ring()), r#"KeyRing(["new", "old"])"#);
    assert_eq!(format!("{:?}", ring().reads_plain()), r#"KeyRing(["new", "old"], reads plain)"#);
    assert_eq!(format!("{:?}", ring().writes_plain()), r#"KeyRing(["new", "old"], writes plain)"#);
}

#[test]
#[should_panic(expected = "two keys of the ring have the id `new`")]
fn an_id_names_one_key() {
    let _ = ring().older("new", &[3; 32]);
}

#[test]
#[should_panic(expected = r#"the id "two words" of a key is none"#)]
fn an_id_is_one_word() {
    let _ = KeyRing::new("two words", &NEW);
}
