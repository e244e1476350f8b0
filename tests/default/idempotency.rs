use crate::api::{Calls, V1, V2, in_memory, in_sqlite};
use crate::client::post;
use axum::Router;
use axum::http::StatusCode;
use steadfast::SqliteStore;

/// Numbers that `serde_json` reads wrongly in their last digit without its feature `float_roundtrip`. Of random numbers
/// with 16 or 17 digits these are about one in eleven.
pub(crate) const NUMBERS: [&str; 3] = ["90.42225290942383", "42.215889504792884", "1.0715660391465826e-75"];

const BODY: &str = r#"{"value":20.5,"sensor":"roof"}"#;

/// The API on each store.
async fn apis() -> Vec<(Router, Calls)> {
    let (memory, sqlite) = (Calls::default(), Calls::default());
    let store = SqliteStore::in_memory().await.unwrap();
    vec![(in_memory(&memory), memory), (in_sqlite(store, &sqlite).await, sqlite)]
}

#[tokio::test]
async fn retry_with_the_same_key_and_body_is_replayed() {
    for (api, calls) in apis().await {
        post(&api, "/readings", V1, Some("a"), BODY).await.is_fresh(BODY);
        post(&api, "/readings", V1, Some("a"), BODY).await.is_replayed(BODY);
        // The same text in another layout.
        let spaced = BODY.replace(',', ", ");
        post(&api, "/readings", V1, Some("a"), &spaced).await.is_replayed(BODY);
        assert_eq!(calls.count(), 1);
        post(&api, "/readings", V1, Some("b"), BODY).await.is_fresh(BODY);
        assert_eq!(calls.count(), 2);
    }
}

#[tokio::test]
async fn other_body_under_the_same_key_is_rejected() {
    for (api, calls) in apis().await {
        post(&api, "/readings", V1, Some("a"), BODY).await.is_fresh(BODY);
        let other = BODY.replace("roof", "cellar");
        let seen = post(&api, "/readings", V1, Some("a"), &other).await;
        seen.is_problem(StatusCode::UNPROCESSABLE_ENTITY, "key-reused");
        assert_eq!(calls.count(), 1);
    }
}

#[tokio::test]
async fn request_without_a_key_is_rejected() {
    for (api, calls) in apis().await {
        let seen = post(&api, "/readings", V1, None, BODY).await;
        seen.is_problem(StatusCode::BAD_REQUEST, "missing-key");
        assert_eq!(calls.count(), 0);
    }
}

#[tokio::test]
async fn retry_at_another_version_is_replayed_with_exact_numbers() {
    for (api, calls) in apis().await {
        for number in NUMBERS {
            let older = format!(r#"{{"value":{number},"sensor":"roof"}}"#);
            let newer = older.replace("value", "celsius");
            post(&api, "/readings", V1, Some(number), &older).await.is_fresh(&older);
            post(&api, "/readings", V2, Some(number), &newer).await.is_replayed(&newer);
            post(&api, "/readings", V1, Some(number), &older).await.is_replayed(&older);
        }
        assert_eq!(calls.count(), 3);
    }
}

#[tokio::test]
async fn retry_at_another_version_may_spell_a_number_otherwise() {
    for (api, calls) in apis().await {
        let stored = r#"{"value":20.0,"sensor":"roof"}"#;
        post(&api, "/readings", V1, Some("a"), r#"{"value":20,"sensor":"roof"}"#).await.is_fresh(stored);
        for spelled in ["20", "20.00", "2e1"] {
            let retry = format!(r#"{{"celsius":{spelled},"sensor":"roof"}}"#);
            post(&api, "/readings", V2, Some("a"), &retry)
                .await
                .is_replayed(&stored.replace("value", "celsius"));
        }
        let other = r#"{"celsius":20.5,"sensor":"roof"}"#;
        let seen = post(&api, "/readings", V2, Some("a"), other).await;
        seen.is_problem(StatusCode::UNPROCESSABLE_ENTITY, "key-reused");
        assert_eq!(calls.count(), 1);
    }
}

#[tokio::test]
async fn record_in_a_sqlite_file_outlives_its_store() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("records.sqlite");
    let calls = Calls::default();
    let store = SqliteStore::open(&path).await.unwrap();
    let first = in_sqlite(store.clone(), &calls).await;
    post(&first, "/readings", V1, Some("a"), BODY).await.is_fresh(BODY);
    store.close().await;

    let second = in_sqlite(SqliteStore::open(&path).await.unwrap(), &calls).await;
    post(&second, "/readings", V1, Some("a"), BODY).await.is_replayed(BODY);
    assert_eq!(calls.count(), 1);
}
