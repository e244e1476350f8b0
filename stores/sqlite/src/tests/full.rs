//! A full disk, which a limit of pages stands in for.

use super::*;

use crate::{Api, ApiVersions, Header, Idempotency, endpoints, idempotent, post};
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::Request;
use http_body_util::BodyExt;
use std::sync::atomic::AtomicUsize;
use tower::ServiceExt;

const PAGES: u32 = 100;

/// Takes more room than there is.
const FILL: &str = "CREATE TABLE ballast AS SELECT zeroblob(4096 * 200)";

/// Gives it back.
const CLEAR: &str = "DROP TABLE ballast";

async fn store() -> (TempDir, SqliteStore) {
    let (directory, path) = file();
    (directory, SqliteStore::options().max_pages(PAGES).open(path).await.unwrap())
}

/// More than fits beside other rows.
fn big() -> Event {
    let body = Bytes::from(vec![b'x'; 20_000]);
    let response =
        StoredResponse { status: StatusCode::OK, headers: Vec::new(), body, version: None, newest: None };
    let (outcome, ttl) = (Kept::Response(response.into()), Duration::from_hours(1));
    Event::Complete { token: TOKEN, asked: ASKED.into(), outcome, keep: crate::idempotency::Keep::new(ttl) }
}

/// Claims until there is no room for another, and returns how many there are.
async fn claim_all(store: &SqliteStore) -> u16 {
    for of in 0..5000 {
        match store.apply(id(of), request()).await {
            Ok(action) => assert_eq!(action, Action::EXECUTE),
            Err(StoreError::Full) => return of,
            Err(error) => panic!("{error}"),
        }
    }
    panic!("there is room for everything");
}

#[tokio::test]
async fn a_full_disk_loses_nothing_and_goes_on_when_there_is_room() {
    let (_directory, store) = store().await;
    assert_eq!(store.apply(id(9000), complete("before")).await.unwrap(), Action::Done);
    run(&store, FILL).await;
    let claimed = claim_all(&store).await;
    assert!(matches!(store.apply(id(claimed), request()).await, Err(StoreError::Full)));
    assert!(matches!(store.apply(id(0), big()).await, Err(StoreError::Full)));
    assert_eq!(body(&store.apply(id(9000), request()).await.unwrap()), b"before");
    assert!(matches!(store.apply(id(0), request()).await.unwrap(), Action::EXECUTE));
    run(&store, CLEAR).await;
    assert_eq!(store.apply(id(0), big()).await.unwrap(), Action::Done);
    assert_eq!(store.apply(id(claimed), request()).await.unwrap(), Action::EXECUTE);
    let rows = number(&store, "SELECT count(*) FROM steadfast_idempotency").await;
    assert_eq!(rows, i64::from(claimed) + 2);
}

#[tokio::test]
async fn one_that_finds_no_room_takes_no_others_along() {
    let (_directory, store) = store().await;
    run(&store, FILL).await;
    let claimed = claim_all(&store).await;
    // They wait for this, and so for one commit.
    let transaction = store.begin().await.unwrap();
    let events: Vec<_> = (0..claimed.min(20))
        .map(|of| {
            let release = Event::Renew { token: TOKEN, lease: Duration::from_mins(2) };
            let (store, event) = (store.clone(), if of % 2 == 0 { big() } else { release });
            tokio::spawn(async move { store.apply(id(of), event).await })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(50)).await;
    transaction.rollback().await.unwrap();
    for (of, answer) in join_all(events).await.into_iter().enumerate() {
        match answer.unwrap() {
            Err(StoreError::Full) => assert_eq!(of % 2, 0),
            answer => assert_eq!((answer.unwrap(), of % 2), (Action::Done, 1)),
        }
    }
}

#[tokio::test]
async fn a_record_that_finds_no_room_in_a_transaction_says_so() {
    let (_directory, store) = store().await;
    run(&store, FILL).await;
    claim_all(&store).await;
    let mut transaction = SqliteTransaction::begin(&store.0).await.unwrap();
    sqlx::query("PRAGMA max_page_count = 100").execute(transaction.connection_mut()).await.unwrap();
    assert!(matches!(transaction.apply(id(8000), big()).await, Err(StoreError::Full)));
    // SQLite may have ended the transaction: what there is of it is not to be committed.
    assert!(Box::new(transaction).commit().await.is_err());
    assert_eq!(store.apply(id(8000), look()).await.unwrap(), Action::Missing);
    run(&store, CLEAR).await;
    let mut transaction = store.begin().await.unwrap();
    assert_eq!(transaction.apply(id(8000), big()).await.unwrap(), Action::Done);
    transaction.commit().await.unwrap();
}

#[derive(ApiVersions)]
enum Version {
    #[version("2025-01-01")]
    V2025_01_01,
}

#[derive(Clone)]
struct Shop {
    store: SqliteStore,
    calls: Arc<AtomicUsize>,
}

/// Answers with what it is told to, and fills the disk meanwhile if it is told to.
#[post("/payments")]
#[idempotent(ttl = "24h", scope = none)]
async fn pay(State(shop): State<Shop>, body: String) -> String {
    shop.calls.fetch_add(1, Ordering::SeqCst);
    if body == "fill" {
        run(&shop.store, FILL).await;
    }
    body.repeat(5000)
}

async fn send(app: &Router, key: &str, body: &'static str) -> Response {
    let request =
        Request::post("/payments").header("idempotency-key", key).header("content-type", "text/plain");
    app.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap()
}

async fn text(response: Response) -> Bytes {
    response.into_body().collect().await.unwrap().to_bytes()
}

#[tokio::test]
async fn a_client_hears_the_real_answer_or_that_nothing_was_done() {
    let (_directory, store) = store().await;
    let shop = Shop { store: store.clone(), calls: Arc::default() };
    let idempotency = Idempotency::new(store.clone());
    let drain = idempotency.drain();
    let app: Router = Api::new(endpoints![Version; pay])
        .version_from(Header("Api-Version").or_default(Version::V2025_01_01))
        .idempotency(idempotency)
        .with_state(shop.clone());

    // There is room for the claim, and no longer for the answer.
    let answer = send(&app, "a", "fill").await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(text(answer).await, "fill".repeat(5000));
    // Whoever asks again is told to wait, because it is not recorded yet.
    assert_eq!(send(&app, "a", "fill").await.status(), StatusCode::CONFLICT);

    claim_all(&store).await;
    let refused = send(&app, "b", "paid").await;
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(refused.headers()["retry-after"], "1");
    assert_eq!(refused.headers()["content-type"], "application/problem+json");
    assert!(String::from_utf8_lossy(&text(refused).await).contains("overloaded"));
    assert_eq!(shop.calls.load(Ordering::SeqCst), 1);

    run(&store, CLEAR).await;
    until(async || send(&app, "a", "fill").await.status() == StatusCode::OK).await;
    let replay = send(&app, "a", "fill").await;
    assert_eq!(replay.headers()["idempotency-replayed"], "true");
    assert_eq!(text(replay).await, "fill".repeat(5000));
    assert_eq!(text(send(&app, "b", "paid").await).await, "paid".repeat(5000));
    assert_eq!(shop.calls.load(Ordering::SeqCst), 2);
    drain.wait().await;
}
