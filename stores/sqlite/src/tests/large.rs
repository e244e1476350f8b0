//! What is compared before the threads of the store are asked.

use super::*;
use crate::idempotency::Request;
use crate::idempotency::fingerprint::{Asked, FingerprintForm, Hashing};

fn asked(body: &str) -> Asked {
    let (mut request, ()) = http::Request::post("/pay").body(()).unwrap().into_parts();
    let form = FingerprintForm::DEFAULT.into();
    Asked::of(&Hashing::default(), form, "pay", &mut request, &Bytes::from(body.to_owned()))
}

fn request(asked: &Asked) -> Event {
    let mut request = Request::new(ASKED, TOKEN, Duration::from_mins(1));
    request.asked = asked.clone();
    Event::Request(request)
}

#[tokio::test]
async fn a_replay_of_the_same_bytes_is_known_without_reading_them() {
    let store = SqliteStore::in_memory().await.unwrap();
    let note = "x".repeat(10_000);
    let text = |amount| format!(r#"{{"amount":{amount},"note":"{note}"}}"#);
    let first = asked(&text(1));
    assert!(first.takes_long());
    assert!(matches!(store.apply(id(1), request(&first)).await.unwrap(), Action::Execute { .. }));
    assert!(!first.takes_long(), "it was prepared");
    let Event::Complete { token, outcome, keep, .. } = complete("done") else { unreachable!() };
    let done = Event::Complete { token, asked: first, outcome, keep };
    assert_eq!(store.apply(id(1), done).await.unwrap(), Action::Done);

    let replay = asked(&text(1));
    assert_eq!(body(&store.apply(id(1), request(&replay)).await.unwrap()), b"done");
    assert!(replay.takes_long(), "it was prepared for nothing");
    let written_otherwise = asked(&format!(r#"{{ "note":"{note}","amount":1}}"#));
    assert_eq!(body(&store.apply(id(1), request(&written_otherwise)).await.unwrap()), b"done");
    let other = store.apply(id(1), request(&asked(&text(2)))).await.unwrap();
    assert_eq!(other, Action::Mismatch { version: None });
}
