//! Replays whose body is found again by an id.

use super::stores::stores;
use super::{Client, Merchant, Seen, clock};
use axum::extract::{FromRequestParts, Path, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use std::path::Path as FilePath;
use std::sync::atomic::{AtomicU16, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use steadfast::idempotency::{Audit, Final, KeyRing, Reference, Referenced, StepError, Steps, Store};
use steadfast::{
    Api, ApiVersions, Created, Header, Idempotency, MemoryStore, Problem, Sqlite, SqliteStore, Tx, Versioned,
    api_version, endpoints, idempotent, post, versioned,
};
use tokio::sync::Semaphore;

#[derive(ApiVersions)]
enum Version {
    #[version("2024-01-15")]
    V2024_01_15,
    #[version("2024-12-18")]
    V2024_12_18,
}

#[versioned]
#[derive(Clone, Serialize, Deserialize)]
struct Payment {
    id: u64,
    #[renamed(in = "2024-12-18", was(state))]
    status: String,
}

/// What handlers and references share: how often each ran, and what the payment is now.
#[derive(Clone)]
struct Bank {
    calls: Arc<AtomicU32>,
    answers: Arc<AtomicU32>,
    payment: Arc<Mutex<Option<Payment>>>,
    /// What the reference answers, if it is not the payment.
    down: Arc<AtomicU16>,
    /// Handlers wait for a place.
    places: Arc<Semaphore>,
}

impl Bank {
    fn new() -> Self {
        let payment = Arc::new(Mutex::new(Some(Payment { id: 7, status: "hunter2".to_owned() })));
        let places = Arc::new(Semaphore::new(Semaphore::MAX_PERMITS));
        Self { calls: Arc::default(), answers: Arc::default(), payment, down: Arc::default(), places }
    }

    fn pay(&self) -> Created<Versioned<Payment>> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        let payment = self.payment.lock().unwrap().clone().unwrap();
        Created::at("/payments/7", Versioned(payment))
    }

    fn becomes(&self, status: &str) {
        *self.payment.lock().unwrap() = Some(Payment { id: 7, status: status.to_owned() });
    }

    fn counted(&self) -> (u32, u32) {
        (self.calls.load(Ordering::SeqCst), self.answers.load(Ordering::SeqCst))
    }
}

/// Looks payments up, for whoever may see them.
struct Payments {
    bank: Bank,
}

impl FromRequestParts<Bank> for Payments {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, bank: &Bank) -> Result<Self, StatusCode> {
        match parts.headers.get("x-refused") {
            Some(_) => Err(StatusCode::FORBIDDEN),
            None => Ok(Self { bank: bank.clone() }),
        }
    }
}

impl Reference for Payments {
    type Id = u64;
    type Answer = Result<([(header::HeaderName, &'static str); 1], Versioned<Payment>), StatusCode>;

    async fn answer(self, id: u64) -> Option<Self::Answer> {
        self.bank.answers.fetch_add(1, Ordering::SeqCst);
        let down = self.bank.down.load(Ordering::SeqCst);
        assert_ne!(down, 1, "told to panic");
        if let Ok(status) = StatusCode::from_u16(down) {
            return Some(Err(status));
        }
        let payment = self.bank.payment.lock().unwrap().clone().filter(|payment| payment.id == id)?;
        Some(Ok(([(header::ETAG, "\"now\"")], Versioned(payment))))
    }
}

type Paid = Referenced<u64, Created<Versioned<Payment>>>;

#[post("/payments")]
#[api_version(since = "2024-01-15")]
#[idempotent(ttl = "24h", scope = none, replay = reference(Payments), in_progress = wait("5s"))]
async fn create_payment(State(bank): State<Bank>) -> Paid {
    let paid = Referenced(7, bank.pay());
    bank.places.acquire().await.unwrap().forget();
    paid
}

#[post("/steps")]
#[api_version(since = "2024-01-15")]
#[idempotent(ttl = "24h", scope = none, replay = reference(Payments))]
async fn stepped(State(bank): State<Bank>, mut steps: Steps) -> Result<Paid, Problem> {
    let id = steps.run("pay", || async { Ok::<_, StepError>(7) }).await?;
    Ok(Referenced(id, bank.pay()))
}

#[post("/joined")]
#[api_version(since = "2024-01-15")]
#[idempotent(ttl = "24h", scope = none, replay = reference(Payments))]
async fn joined(State(bank): State<Bank>, _: Tx<Sqlite>) -> Final<Paid> {
    Final(Referenced(7, bank.pay()))
}

#[post("/scoped")]
#[api_version(since = "2024-01-15")]
#[idempotent(ttl = "24h", scope = Merchant, replay = reference(Payments))]
async fn scoped(State(bank): State<Bank>) -> Paid {
    Referenced(7, bank.pay())
}

#[post("/results/{how}")]
#[api_version(since = "2024-01-15", opaque)]
#[idempotent(ttl = "24h", scope = none, operation = "result", replay = reference(Payments))]
async fn result(
    State(bank): State<Bank>,
    Path(how): Path<String>,
) -> Result<Referenced<u64, Response>, Response> {
    match how.as_str() {
        "declined" => Ok(Referenced(
            7,
            (StatusCode::PAYMENT_REQUIRED, Versioned(bank.pay().body().0.clone())).into_response(),
        )),
        "refused" => Err((StatusCode::CONFLICT, "refused").into_response()),
        // A body that is not to be kept, and no id.
        _ => Err((StatusCode::OK, "hunter2").into_response()),
    }
}

struct Served {
    client: Client,
    bank: Bank,
}

fn serve<St: Store>(store: impl Into<Idempotency<St>>) -> Served {
    let bank = Bank::new();
    let api = Api::new(endpoints![Version; create_payment, stepped, scoped, result]);
    let api = api.version_from(Header("Api-Version").or_default(Version::V2024_12_18));
    Served { client: Client(api.idempotency(store).with_state(bank.clone())), bank }
}

impl Served {
    async fn post(&self, path: &str, more: &[(&str, &str)]) -> Seen {
        // One key for each path, because paths may share an operation.
        let headers = [&[("idempotency-key", path)], more].concat();
        self.client.send("POST", path, &headers, "{}").await
    }
}

const OLD: (&str, &str) = ("api-version", "2024-01-15");

#[tokio::test]
async fn a_replay_has_the_status_and_headers_of_the_first_answer_and_the_body_of_now() {
    for store in stores(&clock()).await {
        let served = serve(store);
        for path in ["/payments", "/steps"] {
            served.bank.becomes("hunter2");
            let (calls, answers) = served.bank.counted();
            let first = served.post(path, &[OLD]).await;
            first.is_fresh(201, r#"{"id":7,"state":"hunter2"}"#);
            served.bank.becomes("settled");
            for (version, body) in [
                ("2024-01-15", r#"{"id":7,"state":"settled"}"#),
                ("2024-12-18", r#"{"id":7,"status":"settled"}"#),
            ] {
                let replay = served.post(path, &[("api-version", version)]).await;
                replay.is_replayed(201, body);
                let headers = ["location", "etag", "content-type", "api-version", "idempotency-key"];
                assert_eq!(
                    headers.map(|name| replay.header(name)),
                    ["/payments/7", &format!("\"now~{version}\""), "application/json", version, path]
                        .map(Some)
                );
            }
            assert_eq!(served.bank.counted(), (calls + 1, answers + 2));
        }
    }
}

#[tokio::test]
async fn an_operation_in_a_transaction_is_referred_to_as_well() {
    let store = SqliteStore::in_memory_at(clock()).await.unwrap();
    let bank = Bank::new();
    let api = Api::new(endpoints![Version; joined])
        .version_from(Header("Api-Version").or_default(Version::V2024_12_18));
    let client = Client(api.idempotency(store).with_state(bank.clone()));
    client.post("/joined", "k").await.is_fresh(201, r#"{"id":7,"status":"hunter2"}"#);
    bank.becomes("settled");
    client.post("/joined", "k").await.is_replayed(201, r#"{"id":7,"status":"settled"}"#);
    assert_eq!(bank.counted(), (1, 1));
}

#[tokio::test]
async fn no_body_is_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("records.db");
    let served = serve(SqliteStore::open_at(&file, clock()).await.unwrap());
    for (path, status) in [("/payments", 201), ("/results/declined", 402), ("/results/stripped", 200)] {
        let first = served.post(path, &[]).await;
        assert!(first.status == status && first.body.contains("hunter2"), "{first:?}");
    }
    let is_in = |text: &str| {
        let files = std::fs::read_dir(file.parent().unwrap_or(FilePath::new("."))).unwrap();
        let mut files = files.map(|file| std::fs::read(file.unwrap().path()).unwrap_or_default());
        files.any(|bytes| bytes.windows(text.len()).any(|window| window == text.as_bytes()))
    };
    assert!(is_in("/payments/7") && !is_in("hunter2"));
    served.bank.becomes("settled");
    served.post("/results/declined", &[]).await.is_replayed(402, r#"{"id":7,"status":"settled"}"#);
    // An answer without an id is not kept, if it is one that should have had one.
    served.post("/results/stripped", &[]).await.is_problem(410, "response-unavailable");
    let headers = [("idempotency-key", "other")];
    served.client.send("POST", "/results/refused", &headers, "{}").await.is_fresh(409, "refused");
    served.client.send("POST", "/results/refused", &headers, "{}").await.is_replayed(409, "refused");
}

#[tokio::test]
async fn what_cannot_be_found_again_does_not_run_again() {
    for store in stores(&clock()).await {
        let served = serve(store);
        served.post("/payments", &[]).await;
        // Refused by the reference's own extractor, and down: neither is the answer of the operation.
        let refused = served.post("/payments", &[("x-refused", "1")]).await;
        assert_eq!((refused.status, refused.is_replay()), (403, false));
        for (down, status) in [(503, 503), (1, 500)] {
            served.bank.down.store(down, Ordering::SeqCst);
            let seen = served.post("/payments", &[]).await;
            assert_eq!((seen.status, seen.is_replay()), (status, false));
        }
        for down in [404, 0] {
            served.bank.down.store(down, Ordering::SeqCst);
            if down == 0 {
                *served.bank.payment.lock().unwrap() = None;
            }
            let gone = served.post("/payments", &[]).await;
            let problem = gone.is_problem(410, "response-unavailable");
            assert_eq!(
                (&problem["original_status"], &problem["location"]),
                (&201.into(), &"/payments/7".into())
            );
            assert!(gone.is_replay() && gone.header("location") == Some("/payments/7"));
        }
        served.bank.becomes("back");
        served.post("/payments", &[]).await.is_replayed(201, r#"{"id":7,"status":"back"}"#);
        assert_eq!(served.bank.counted().0, 1);
    }
}

#[tokio::test]
async fn the_caller_is_asked_before_anything_is_found() {
    let served = serve(MemoryStore::new().clock(clock()));
    served.post("/scoped", &[("x-merchant", "a")]).await.is_fresh(201, r#"{"id":7,"status":"hunter2"}"#);
    assert_eq!(served.post("/scoped", &[]).await.status, 401);
    assert_eq!(served.bank.counted(), (1, 0));
    served.post("/scoped", &[("x-merchant", "b")]).await.is_fresh(201, r#"{"id":7,"status":"hunter2"}"#);
    served.post("/scoped", &[("x-merchant", "a")]).await.is_replayed(201, r#"{"id":7,"status":"hunter2"}"#);
}

#[tokio::test]
async fn a_twin_that_waited_hears_what_is_found_by_reference() {
    for store in stores(&clock()).await {
        let served = Arc::new(serve(store));
        served.bank.places.forget_permits(Semaphore::MAX_PERMITS);
        let post = || {
            let served = Arc::clone(&served);
            tokio::spawn(async move { served.post("/payments", &[]).await })
        };
        let first = post();
        while served.bank.counted().0 == 0 {
            tokio::task::yield_now().await;
        }
        let twin = post();
        tokio::task::yield_now().await;
        served.bank.places.add_permits(1);
        first.await.unwrap().is_fresh(201, r#"{"id":7,"status":"hunter2"}"#);
        twin.await.unwrap().is_replayed(201, r#"{"id":7,"status":"hunter2"}"#);
        assert_eq!(served.bank.counted(), (1, 1));
    }
}

/// The releases before and after: one refers by another number, one keeps the whole.
mod releases {
    use super::*;

    pub(super) struct Numbered;

    impl FromRequestParts<Bank> for Numbered {
        type Rejection = StatusCode;

        async fn from_request_parts(_: &mut Parts, _: &Bank) -> Result<Self, StatusCode> {
            Ok(Self)
        }
    }

    impl Reference for Numbered {
        // It would read the id of the others.
        type Id = u32;
        type Answer = String;

        async fn answer(self, id: u32) -> Option<String> {
            Some(id.to_string())
        }
    }

    #[post("/payments")]
    #[api_version(since = "2024-01-15")]
    #[idempotent(ttl = "24h", scope = none, replay = reference(Numbered))]
    pub(super) async fn numbered(State(bank): State<Bank>) -> Referenced<u32, Created<Versioned<Payment>>> {
        Referenced(7, bank.pay())
    }

    #[post("/payments")]
    #[api_version(since = "2024-01-15")]
    #[idempotent(ttl = "24h", scope = none)]
    pub(super) async fn whole(State(bank): State<Bank>) -> Created<Versioned<Payment>> {
        bank.pay()
    }
}

#[tokio::test]
async fn a_release_that_refers_by_something_else_runs_nothing() {
    use releases::{numbered, whole};
    for store in stores(&clock()).await {
        let served = serve(store.clone());
        served.post("/payments", &[]).await;
        let version = || Header("Api-Version").or_default(Version::V2024_12_18);
        let numbered = Api::new(endpoints![Version; numbered]).version_from(version());
        let whole = Api::new(endpoints![Version; whole]).version_from(version());
        let numbered = Client(numbered.idempotency(store.clone()).with_state(served.bank.clone()));
        let whole = Client(whole.idempotency(store.clone()).with_state(served.bank.clone()));
        for client in [&numbered, &whole] {
            let unreadable = client.post("/payments", "/payments").await;
            unreadable.is_problem(503, "record-unreadable");
            assert_eq!(unreadable.header("retry-after"), Some("30"));
        }
        // What was kept whole is replayed whole.
        whole.post("/payments", "w").await.is_fresh(201, r#"{"id":7,"status":"hunter2"}"#);
        numbered.post("/payments", "w").await.is_replayed(201, r#"{"id":7,"status":"hunter2"}"#);
        assert_eq!(served.bank.counted(), (2, 0));
    }
}

/// What is told of a replay is what was heard.
#[tokio::test]
async fn a_reference_is_sealed_and_its_replays_are_in_the_trail() {
    use super::audit::{exported, is, told};
    for store in stores(&clock()).await {
        let audit = || Audit::new().answer_headers(["Location"]).answer_body(1024).replays();
        let kept = || Idempotency::new(store.clone()).audit(audit()).sealed(KeyRing::new("new", &[1; 32]));
        let trail = kept().audit_trail();
        let served = serve(kept());
        served.post("/payments", &[OLD]).await.is_fresh(201, r#"{"id":7,"state":"hunter2"}"#);
        served.post("/payments", &[]).await.is_replayed(201, r#"{"id":7,"status":"hunter2"}"#);
        // Nobody hears an answer.
        assert_eq!(served.post("/payments", &[("x-refused", "1")]).await.status, 403);
        served.bank.down.store(503, Ordering::SeqCst);
        assert_eq!(served.post("/payments", &[]).await.status, 503);
        let version = || Header("Api-Version").or_default(Version::V2024_12_18);
        let numbered = Api::new(endpoints![Version; releases::numbered]).version_from(version());
        let whole = Api::new(endpoints![Version; releases::whole]).version_from(version());
        for client in [
            Client(numbered.idempotency(kept()).with_state(served.bank.clone())),
            Client(whole.idempotency(kept()).with_state(served.bank.clone())),
        ] {
            client.post("/payments", "/payments").await.is_problem(503, "record-unreadable");
        }
        served.bank.down.store(404, Ordering::SeqCst);
        served.post("/payments", &[OLD]).await.is_problem(410, "response-unavailable");
        is(
            &told(&trail).await,
            &[("completed", Some(201)), ("replayed", Some(201)), ("replayed", Some(201))],
        );
        let answer = &exported(&trail).await[0]["answer"];
        assert_eq!(*answer, serde_json::json!({ "headers": [["location", "/payments/7"]] }));
    }
}

/// Its own request is used up, and what was found cannot be looked up on it: the next retry hears it.
#[tokio::test]
async fn who_is_overtaken_is_told_to_ask_again() {
    let clock = clock();
    for store in stores(&clock).await {
        let (slow, winner) = (serve(store.clone()), serve(store));
        slow.bank.places.forget_permits(Semaphore::MAX_PERMITS);
        let client = slow.client.clone();
        let running = tokio::spawn(async move { client.post("/payments", "/payments").await });
        while slow.bank.counted().0 == 0 {
            tokio::task::yield_now().await;
        }
        clock.advance(Duration::from_mins(2));
        winner.post("/payments", &[]).await.is_fresh(201, r#"{"id":7,"status":"hunter2"}"#);
        // Else both would record the same, to the millisecond.
        tokio::time::sleep(Duration::from_millis(2)).await;
        slow.bank.places.add_permits(1);
        let overtaken = running.await.unwrap();
        assert_eq!(overtaken.is_problem(409, "in-progress")["retryable"], true);
        slow.post("/payments", &[]).await.is_replayed(201, r#"{"id":7,"status":"hunter2"}"#);
    }
}

#[tokio::test]
async fn a_reference_in_a_transaction_is_sealed() {
    for is_sealed in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open_at(folder.path().join("records.db"), clock()).await.unwrap();
        let kept = Idempotency::new(store).audit(Audit::new().answer_headers(["Location"]).replays());
        let kept = if is_sealed { kept.sealed(KeyRing::new("new", &[1; 32])) } else { kept };
        let trail = kept.audit_trail();
        let api = Api::new(endpoints![Version; joined]).version_from(Header("Api-Version").or_reject());
        let client = Client(api.idempotency(kept).with_state(Bank::new()));
        for (version, body) in [
            ("2024-01-15", r#"{"id":7,"state":"hunter2"}"#),
            ("2024-12-18", r#"{"id":7,"status":"hunter2"}"#),
        ] {
            let headers = [("idempotency-key", "k"), ("api-version", version)];
            let seen = client.send("POST", "/joined", &headers, "{}").await;
            assert_eq!((seen.body.as_str(), seen.is_replay()), (body, version > "2024-06-01"));
        }
        let told = super::audit::told(&trail).await;
        super::audit::is(&told, &[("completed", Some(201)), ("replayed", Some(201))]);
        let files = std::fs::read_dir(folder.path()).unwrap();
        let files: Vec<u8> = files.flat_map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect();
        assert_eq!(files.windows(11).any(|bytes| bytes == b"/payments/7"), !is_sealed);
    }
}
