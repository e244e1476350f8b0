use crate::api::{Calls, V1, in_sqlite};
use crate::client::post;
use axum::http::StatusCode;
use steadfast::SqliteStore;

async fn rows(store: &SqliteStore) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM readings").fetch_one(store.pool()).await.unwrap()
}

#[tokio::test]
async fn insert_is_committed_once_with_its_record() {
    let (store, calls) = (SqliteStore::in_memory().await.unwrap(), Calls::default());
    let api = in_sqlite(store.clone(), &calls).await;
    let body = r#"{"value":20.5,"sensor":"roof"}"#;
    post(&api, "/inserted", V1, Some("a"), body).await.is_fresh(body);
    post(&api, "/inserted", V1, Some("a"), body).await.is_replayed(body);
    assert_eq!((calls.count(), rows(&store).await), (1, 1));
}

#[tokio::test]
async fn insert_of_a_handler_that_fails_is_rolled_back_and_its_key_is_free() {
    let (store, calls) = (SqliteStore::in_memory().await.unwrap(), Calls::default());
    let api = in_sqlite(store.clone(), &calls).await;
    let body = r#"{"value":20.5,"sensor":"broken"}"#;
    for runs in 1..=2 {
        let seen = post(&api, "/inserted", V1, Some("a"), body).await;
        assert_eq!((seen.status, seen.is_replayed), (StatusCode::SERVICE_UNAVAILABLE, false));
        assert_eq!((calls.count(), rows(&store).await), (runs, 0));
    }
}
