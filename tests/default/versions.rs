use crate::api::{Calls, V1, V2, in_memory};
use crate::client::{get, post};
use crate::idempotency::NUMBERS;
use axum::http::StatusCode;

#[tokio::test]
async fn request_with_a_version_reaches_the_handler_of_that_version() {
    let api = in_memory(&Calls::default());
    get(&api, "/version", V1).await.is_fresh(V1);
    get(&api, "/version", V2).await.is_fresh(V2);
    get(&api, "/sensors", V2).await.is_fresh("roof");
    assert_eq!(get(&api, "/sensors", V1).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn request_with_an_unknown_version_is_rejected() {
    let api = in_memory(&Calls::default());
    get(&api, "/version", "2023-01-15").await.is_problem(StatusCode::BAD_REQUEST, "unsupported-version");
    get(&api, "/version", "new").await.is_problem(StatusCode::BAD_REQUEST, "invalid-version");
}

#[tokio::test]
async fn body_is_read_and_written_in_the_shape_of_its_version() {
    let api = in_memory(&Calls::default());
    for body in [r#"{"value":20.5,"sensor":"roof"}"#, r#"{"value":-1e-7,"sensor":""}"#] {
        post(&api, "/echo", V1, None, body).await.is_fresh(body);
        post(&api, "/echo", V2, None, &body.replace("value", "celsius"))
            .await
            .is_fresh(&body.replace("value", "celsius"));
    }
    let wrong = r#"{"celsius":20.5,"sensor":"roof"}"#;
    post(&api, "/echo", V1, None, wrong).await.is_problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid-body");
}

#[tokio::test]
async fn number_is_written_as_it_was_sent() {
    let api = in_memory(&Calls::default());
    for number in NUMBERS {
        let body = format!(r#"{{"value":{number},"sensor":"roof"}}"#);
        post(&api, "/echo", V1, None, &body).await.is_fresh(&body);
    }
}
