//! Bodies have the shape of the version, wherever it is named.

use super::places::{PLACES, Place};
use super::{V1, V2, V3, Version, ask, second, serve, serve_by, while_all_live};
use crate::server::Answer;
use std::time::Duration;
use steadfast::{AfterSunset, FixedClock, SunsetCounter};

fn shape(version: Version, id: u32) -> String {
    match version {
        V1 => format!(r#"{{"id":{id},"cents":5}}"#),
        V2 | V3 => format!(r#"{{"id":{id},"total":{{"value":5,"currency":"usd"}}}}"#),
    }
}

/// A client that asks by media type is told by media type.
fn assert_media_type(place: &Place, version: Version, answer: &Answer) {
    let expected = match place.media_type {
        Some(media_type) => media_type(&version.to_string(), version.alias()),
        None => "application/json".to_owned(),
    };
    assert_eq!(answer.header("content-type"), Some(expected.as_str()), "{}", place.name);
}

#[tokio::test]
async fn bodies_go_up_and_down() {
    for place in &PLACES {
        for version in [V1, V2, V3] {
            let server = serve(place, version, while_all_live(), AfterSunset::Gone).await;
            let body = shape(version, 3);
            let answer = ask(&server, place, version, "POST /shop/echo", &[], &body).await;
            assert_eq!((answer.status, answer.body.as_str()), (202, body.as_str()), "{}", place.name);
            assert_eq!(
                answer.header("content-length"),
                Some(body.len().to_string().as_str()),
                "{}",
                place.name
            );
            assert_media_type(place, version, &answer);
            let other = if version == V1 { V2 } else { V1 };
            let refused = ask(&server, place, version, "POST /shop/echo", &[], &shape(other, 3)).await;
            assert_eq!(
                (refused.status, refused.problem_type().as_str()),
                (422, "invalid-body"),
                "{}",
                place.name
            );
        }
    }
}

#[tokio::test]
async fn a_retry_hears_the_stored_answer_in_the_same_shape() {
    for place in &PLACES {
        for version in [V1, V2] {
            let server = serve(place, version, while_all_live(), AfterSunset::Gone).await;
            let body = shape(version, 0);
            let key = ["Idempotency-Key: key-1"];
            let first = ask(&server, place, version, "POST /shop/orders", &key, &body).await;
            assert_eq!(
                (first.status, first.header("idempotency-replayed")),
                (200, None),
                "{}: {first:?}",
                place.name
            );
            let again = ask(&server, place, version, "POST /shop/orders", &key, &body).await;
            assert_eq!(again.header("idempotency-replayed"), Some("true"), "{}", place.name);
            assert_eq!((again.status, &again.body), (first.status, &first.body), "{}", place.name);
            assert_media_type(place, version, &first);
            assert_media_type(place, version, &again);
            let but_replayed = |answer: &Answer| {
                answer
                    .lasting()
                    .into_iter()
                    .filter(|(name, _)| *name != "idempotency-replayed")
                    .map(|(name, value)| format!("{name}: {value}"))
                    .collect::<Vec<_>>()
            };
            assert_eq!(but_replayed(&again), but_replayed(&first), "{}", place.name);
            // Without the key it does not run, at any version.
            let without = ask(&server, place, version, "POST /shop/orders", &[], &body).await;
            assert_eq!(without.problem_type(), "missing-key", "{}", place.name);
        }
    }
}

/// Neither a brown-out nor another version in its place takes from a client the answer to what it did.
#[tokio::test]
async fn a_retry_hears_what_was_done_whatever_became_of_its_version() {
    for place in &PLACES {
        for (then, after) in [
            (second("2025-06-01", 14 * 3600), AfterSunset::Gone),
            (second("2025-07-01", 0), AfterSunset::FallForward),
            (second("2025-07-01", 0), AfterSunset::DryRun(SunsetCounter::default())),
        ] {
            let clock = FixedClock::new(while_all_live());
            let server = serve_by(clock.clone(), place, V1, after.clone()).await;
            let (body, key) = (shape(V1, 0), ["Idempotency-Key: key-1"]);
            let first = ask(&server, place, V1, "POST /shop/orders", &key, &body).await;
            assert_eq!(first.status, 200, "{}: {after:?}", place.name);
            clock.advance(then.saturating_sub(while_all_live()));
            let again = ask(&server, place, V1, "POST /shop/orders", &key, &body).await;
            let context = format!("{}: {after:?}: {again:?}", place.name);
            assert_eq!(
                (again.status, again.header("idempotency-replayed")),
                (200, Some("true")),
                "{context}"
            );
            assert_eq!(again.body, first.body, "{context}");
            assert_media_type(place, V1, &again);
        }
    }
}

#[tokio::test]
async fn a_retry_after_the_sunset_still_hears_what_was_done() {
    for place in &PLACES {
        let clock = FixedClock::new(while_all_live());
        let server = serve_by(clock.clone(), place, V1, AfterSunset::Gone).await;
        let (body, key) = (shape(V1, 0), ["Idempotency-Key: key-1"]);
        let first = ask(&server, place, V1, "POST /shop/orders", &key, &body).await;
        clock.advance(Duration::from_hours(24 * 365));
        let again = ask(&server, place, V1, "POST /shop/orders", &key, &body).await;
        assert_eq!(
            (again.status, again.header("idempotency-replayed")),
            (200, Some("true")),
            "{}",
            place.name
        );
        assert_eq!(again.body, first.body, "{}", place.name);
        let other = ask(&server, place, V1, "POST /shop/orders", &["Idempotency-Key: key-2"], &body).await;
        assert_eq!((other.status, other.problem_type().as_str()), (410, "version-sunset"), "{}", place.name);
    }
}
