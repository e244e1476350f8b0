//! Which answers are told in other words, and which stay as they are.

use super::super::stores::stores;
use super::{
    ANSWERS, Charge, Client, Money, NewCharge, REQUESTS, V1, V2, V3, Version, World, charge, clock, served,
};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use steadfast::idempotency::Final;
use steadfast::{
    Api, DescribeResponse, Header, Idempotency, Versioned, api_version, at_served, endpoints, idempotent,
    post, versioned,
};

const BYTES: [(&str, &str); 6] = [
    ("etag", "\"abc\""),
    ("content-md5", "Q2hlY2sgSW50ZWdyaXR5IQ=="),
    ("digest", "sha-256=abc"),
    ("content-digest", "sha-256=:abc:"),
    ("repr-digest", "sha-256=:abc:"),
    ("x-kept", "1"),
];

type Tagged = Result<(StatusCode, [(&'static str, &'static str); 6], Versioned<Charge>), Refused>;

#[versioned]
#[derive(Debug, Serialize, Deserialize)]
struct Declined {
    #[renamed(in = "2024-06-15", was(reason))]
    decline_code: String,
}

#[derive(Debug)]
struct Refused(Declined);

impl DescribeResponse for Refused {
    type Body = Versioned<Declined>;
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        (StatusCode::PAYMENT_REQUIRED, Versioned(self.0)).into_response()
    }
}

/// Behind an alias, beside headers that are about bytes, or refused with a body of its own.
#[post("/tagged")]
#[idempotent(ttl = "24h", scope = none)]
#[api_version(since = "2024-01-15")]
async fn tagged(State(world): State<World>, Versioned(new): Versioned<NewCharge>) -> Tagged {
    let call = world.enter().await;
    if new.amount.value > 1000 {
        return Err(Refused(Declined { decline_code: "no_funds".to_owned() }));
    }
    Ok((StatusCode::CREATED, BYTES, Versioned(Charge::of(new, call))))
}

/// A list, or an error whose type has a history, within what says how the operation ended.
#[post("/listed")]
#[idempotent(ttl = "24h", scope = none)]
#[api_version(since = "2024-01-15")]
async fn listed(
    State(world): State<World>,
    Versioned(new): Versioned<NewCharge>,
) -> Result<Final<Versioned<Vec<Charge>>>, Versioned<Declined>> {
    let call = world.enter().await;
    if new.amount.value > 1000 {
        return Err(Versioned(Declined { decline_code: "no_funds".to_owned() }));
    }
    Ok(Final(Versioned(vec![Charge::of(new.clone(), call), Charge::of(new, call + 1)])))
}

/// Answers with what is never read.
#[versioned]
#[derive(Debug, Serialize)]
struct Receipt {
    #[changed(in = "2024-12-18", was(cents: i64), downgrade = Money::value)]
    amount: Money,
}

#[post("/unread")]
#[idempotent(ttl = "24h", scope = none)]
#[api_version(since = "2024-01-15")]
async fn unread(
    State(world): State<World>,
    Versioned(new): Versioned<NewCharge>,
) -> (StatusCode, Versioned<Receipt>) {
    world.enter().await;
    (StatusCode::CREATED, Versioned(Receipt { amount: new.amount }))
}

fn hidden_customer(Versioned(charge): Versioned<Charge>) -> Versioned<Charge> {
    Versioned(Charge { customer_id: "hidden".to_owned(), ..charge })
}

/// What changed about its answers is said by itself and not by their type.
#[post("/noted")]
#[idempotent(ttl = "24h", scope = none)]
#[api_version(
    since = "2024-01-15",
    changed(in = "2024-12-18", header("X-Note", was = "X-Remark")),
    changed(in = "2024-06-15", response(downgrade = hidden_customer)),
)]
async fn noted(State(world): State<World>, Versioned(new): Versioned<NewCharge>) -> Versioned<Charge> {
    let call = world.enter().await;
    Versioned(Charge::of(new, call))
}

/// Its header is in the words of its version, as its body is.
#[post("/shown")]
#[idempotent(ttl = "24h", scope = none)]
#[api_version(since = "2024-01-15")]
async fn shown() -> (HeaderMap, Versioned<Declined>) {
    let declined = Declined { decline_code: "no_funds".to_owned() };
    let text = at_served(|| serde_json::to_string(&declined)).unwrap();
    let headers = HeaderMap::from_iter([(HeaderName::from_static("x-shown"), text.parse().unwrap())]);
    (headers, Versioned(declined))
}

#[tokio::test]
async fn headers_in_the_words_of_a_version_stay_with_its_body() {
    for store in stores(&clock()).await {
        let client = served!(store, World::new(); shown);
        let bodies = [(V3, r#"{"decline_code":"no_funds"}"#), (V1, r#"{"reason":"no_funds"}"#)];
        for ((first, body), other) in bodies.into_iter().zip([V1, V3]) {
            client.ask("/shown", first, first, "").await.is_fresh(200, body);
            let replay = client.ask("/shown", other, first, "").await;
            replay.is_replayed(200, body);
            assert_eq!((replay.header("x-shown"), replay.header("api-version")), (Some(body), Some(first)));
        }
    }
}

#[tokio::test]
async fn what_an_endpoint_changed_about_its_answers_is_not_told_by_their_type() {
    for store in stores(&clock()).await {
        let client = served!(store, World::new(); noted);
        for (first, body) in REQUESTS {
            let fresh = client.ask("/noted", first, first, body).await;
            assert_eq!((fresh.status, fresh.is_replay()), (200, false));
            for (version, body) in REQUESTS {
                let told = client.ask("/noted", version, first, body).await;
                told.is_replayed(200, &fresh.body);
                assert_eq!(told.header("api-version"), Some(first));
            }
        }
    }
}

#[tokio::test]
async fn headers_about_bytes_go_with_the_bytes() {
    for store in stores(&clock()).await {
        let client = served!(store, World::new(); tagged);
        let (first, body) = REQUESTS[0];
        let fresh = client.ask("/tagged", first, "k", body).await;
        assert_eq!((fresh.status, fresh.body.as_str()), (201, ANSWERS[0]));
        for (name, value) in BYTES {
            let value = if name == "etag" { "\"abc~2024-01-15\"" } else { value };
            assert_eq!(fresh.header(name), Some(value));
            let replay = client.ask("/tagged", first, "k", body).await;
            assert_eq!(replay.header(name), Some(value), "the bytes are the same");
            let (other, body) = REQUESTS[2];
            let told = client.ask("/tagged", other, "k", body).await;
            told.is_told(other, ANSWERS[2]);
            assert_eq!(told.header(name), (name == "x-kept").then_some("1"), "{name}");
            assert_eq!(told.header("content-type"), Some("application/json"));
        }
    }
}

#[tokio::test]
async fn lists_and_errors_are_told_in_other_words_too() {
    let declined =
        |version| if version == V1 { r#"{"reason":"no_funds"}"# } else { r#"{"decline_code":"no_funds"}"# };
    for store in stores(&clock()).await {
        let client = served!(store, World::new(); tagged, listed);
        for (first, body) in REQUESTS {
            let dear = body.replace("500", "5000");
            assert_eq!(client.ask("/listed", first, first, body).await.status, 200);
            assert_eq!(
                client.ask("/listed", first, &format!("dear {first}"), &dear).await.body,
                declined(first)
            );
            assert_eq!(
                client.ask("/tagged", first, &format!("dear {first}"), &dear).await.body,
                declined(first)
            );
            for ((other, body), answer) in REQUESTS.into_iter().zip(ANSWERS) {
                let told = client.ask("/listed", other, first, body).await;
                assert!(told.is_replay());
                let one: serde_json::Value = serde_json::from_str(answer).unwrap();
                let mut charges = told.json();
                for charge in charges.as_array_mut().unwrap() {
                    charge["call"] = 1.into();
                }
                assert_eq!(charges, serde_json::json!([one, one]));
                let dear = body.replace("500", "5000");
                let told = client.ask("/listed", other, &format!("dear {first}"), &dear).await;
                assert_eq!((told.body.as_str(), told.header("api-version")), (declined(other), Some(other)));
                // Which types its error holds, a type that is no body of its own does not say.
                let told = client.ask("/tagged", other, &format!("dear {first}"), &dear).await;
                assert_eq!((told.status, told.is_replay()), (402, true));
                assert_eq!((told.body.as_str(), told.header("api-version")), (declined(first), Some(first)));
            }
        }
    }
}

#[tokio::test]
async fn an_answer_that_is_never_read_stays_in_the_version_it_was_made_for() {
    for store in stores(&clock()).await {
        let client = served!(store, World::new(); unread);
        let (first, body) = REQUESTS[1];
        client.ask("/unread", first, "k", body).await.is_fresh(201, r#"{"cents":500}"#);
        for (version, body) in REQUESTS {
            client.ask("/unread", version, "k", body).await.is_told(V2, r#"{"cents":500}"#);
        }
        let (first, body) = REQUESTS[2];
        let answer = r#"{"amount":{"value":500,"currency":"usd"}}"#;
        client.ask("/unread", first, "l", body).await.is_fresh(201, answer);
        for (version, body) in REQUESTS {
            client.ask("/unread", version, "l", body).await.is_told(V3, answer);
        }
    }
}

/// The newest shape may be larger than what was answered: beyond the limit it is not kept beside it.
#[tokio::test]
async fn what_is_too_large_in_its_newest_shape_stays_as_it_was_told() {
    for store in stores(&clock()).await {
        let newest = ANSWERS[2].len() as u64;
        for (limit, version, told) in [(newest, V3, ANSWERS[2]), (newest - 1, V1, ANSWERS[0])] {
            let client = Client(
                Api::new(endpoints![Version; charge])
                    .version_from(Header("Api-Version").or_reject())
                    .clock(clock())
                    .idempotency(Idempotency::new(store.clone()).largest_response(limit))
                    .with_state(World::new()),
            );
            let key = limit.to_string();
            client.ask("/charges", V1, &key, REQUESTS[0].1).await.is_fresh(201, ANSWERS[0]);
            client.ask("/charges", V3, &key, REQUESTS[2].1).await.is_told(version, told);
        }
    }
}
