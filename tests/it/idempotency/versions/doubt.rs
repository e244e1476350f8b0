//! Where it cannot be said that two requests ask for the same, they do not; where an answer cannot be said in other
//! words, it is not.

use super::super::stores::stores;
use super::{Money, NewCharge, REQUESTS, V1, V2, V3, World, charge, clock, served};
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use std::convert::identity;
use steadfast::{Created, Date, Versioned, api_version, at_version, extract, idempotent, post, versioned};

/// Nothing about it changed.
#[versioned]
#[derive(Debug, Serialize, Deserialize)]
struct Plain {
    amount: u32,
}

#[post("/plain")]
#[idempotent(ttl = "24h", scope = none)]
#[api_version(since = "2024-01-15")]
async fn plain(State(world): State<World>, Versioned(plain): Versioned<Plain>) -> (StatusCode, String) {
    (world.status(), format!("{} {}", world.enter().await, plain.amount))
}

/// It cannot be written, and so not be said in other words. Without a limit there are others at each version.
#[versioned]
#[derive(Debug, Deserialize)]
struct Limited {
    #[changed(
        in = "2024-12-18",
        was(#[serde(default = "hundred")] limit: u32),
        upgrade = identity,
    )]
    #[serde(default = "ten")]
    limit: u32,
}

fn hundred() -> u32 {
    100
}

fn ten() -> u32 {
    10
}

#[post("/read-only")]
#[idempotent(ttl = "24h", scope = none)]
#[api_version(since = "2024-01-15")]
async fn read_only(State(world): State<World>, Versioned(new): Versioned<Limited>) -> (StatusCode, String) {
    (world.status(), format!("{} {}", world.enter().await, new.limit))
}

#[post("/queried")]
#[idempotent(ttl = "24h", scope = none)]
#[api_version(since = "2024-01-15")]
async fn queried(
    State(world): State<World>,
    extract::Query(query): extract::Query<Limited>,
) -> (StatusCode, String) {
    (world.status(), format!("{} {}", world.enter().await, query.limit))
}

/// Only older clients know of the other cards.
#[versioned]
#[derive(Debug, Serialize, Deserialize)]
#[changed(
    in = "2024-06-15",
    was(card: String, cards: Vec<String>),
    into(card, others),
    upgrade = |card, others| (card, others),
    downgrade = |card: &String, others: &Vec<String>| (card.clone(), others.clone()),
)]
struct Wallet {
    card: String,
    #[serde(skip)]
    others: Vec<String>,
}

#[post("/hidden")]
#[idempotent(ttl = "24h", scope = none)]
#[api_version(since = "2024-01-15")]
async fn hidden(
    State(world): State<World>,
    Versioned(mut wallet): Versioned<Wallet>,
) -> Created<Versioned<Wallet>> {
    world.enter().await;
    if wallet.card == "full" {
        wallet.others.push("one more".to_owned());
    }
    Created::at("/wallets/1", Versioned(wallet))
}

/// Its number is never written.
#[versioned]
#[derive(Serialize, Deserialize)]
struct Card {
    #[renamed(in = "2024-06-15", was(name))]
    holder: Option<String>,
    #[serde(skip_serializing)]
    number: Option<String>,
}

#[post("/cards")]
#[idempotent(ttl = "24h", scope = none)]
#[api_version(since = "2024-01-15")]
async fn card(State(world): State<World>, Versioned(card): Versioned<Card>) -> (StatusCode, String) {
    let call = world.enter().await;
    (world.status(), format!("{call} {:?} {:?}", card.holder, card.number))
}

#[tokio::test]
async fn value_that_hides_something_then_it_is_compared_in_its_own_version_only() {
    for store in stores(&clock()).await {
        let client = served!(store, World::new(); card);
        client.ask("/cards", V1, "a", r#"{"name":"x"}"#).await.is_fresh(201, r#"1 Some("x") None"#);
        client.ask("/cards", V1, "a", r#"{ "name": "x" }"#).await.is_told(V1, r#"1 Some("x") None"#);
        client.ask("/cards", V3, "a", r#"{"holder":"x"}"#).await.is_problem(422, "key-reused");
        client.ask("/cards", V2, "b", r#"{"number":"1"}"#).await.is_fresh(201, r#"2 None Some("1")"#);
        client.ask("/cards", V1, "b", r#"{"number":"1"}"#).await.is_problem(422, "key-reused");
        // Between these nothing happened to it, so that its text means the same.
        client.ask("/cards", V3, "b", r#"{"number":"1"}"#).await.is_told(V2, r#"2 None Some("1")"#);
        client.ask("/cards", V3, "b", r#"{"number":"2"}"#).await.is_problem(422, "key-reused");
    }
}

/// The one path has had two handlers, which read the same text as different amounts.
#[post("/amounts")]
#[idempotent(ttl = "24h", scope = none)]
#[api_version(since = "2024-01-15", until = "2024-06-15")]
async fn older(State(world): State<World>, Versioned(dollars): Versioned<Plain>) -> (StatusCode, String) {
    (world.status(), format!("{} {}", world.enter().await, dollars.amount * 100))
}

#[post("/amounts")]
#[idempotent(ttl = "24h", scope = none)]
#[api_version(since = "2024-06-15")]
async fn newer(State(world): State<World>, Versioned(cents): Versioned<Plain>) -> (StatusCode, String) {
    (world.status(), format!("{} {}", world.enter().await, cents.amount))
}

fn in_dollars(Versioned(dollars): Versioned<Plain>) -> Versioned<Plain> {
    Versioned(Plain { amount: dollars.amount * 100 })
}

/// So has this one, and says how they are related.
#[post("/moved")]
#[idempotent(ttl = "24h", scope = none)]
#[api_version(
    since = "2024-01-15",
    changed(in = "2024-06-15", request(was(Versioned<Plain>), into(Versioned<Plain>), upgrade = in_dollars))
)]
async fn moved(State(world): State<World>, Versioned(cents): Versioned<Plain>) -> (StatusCode, String) {
    (world.status(), format!("{} {}", world.enter().await, cents.amount))
}

#[tokio::test]
async fn a_text_that_means_the_same_at_every_version_is_the_same() {
    for store in stores(&clock()).await {
        let world = World::new();
        let client = served!(store, world; plain, read_only, queried);
        client.ask("/plain", V1, "k", r#"{"amount":5,"unknown":1}"#).await.is_fresh(201, "1 5");
        for version in [V1, V2, V3] {
            client.ask("/plain", version, "k", r#"{"unknown":1,"amount":5}"#).await.is_told(V1, "1 5");
            // The handler is given the same value, and the value tells all of the body.
            client.ask("/plain", version, "k", r#"{"unknown":2,"amount":5}"#).await.is_told(V1, "1 5");
            client.ask("/plain", version, "k", r#"{"amount":6}"#).await.is_problem(422, "key-reused");
        }
        // Between the first two versions nothing happened to this one either.
        client.ask("/read-only", V1, "l", "{}").await.is_fresh(201, "2 100");
        client.ask("/read-only", V2, "l", "{}").await.is_told(V1, "2 100");
        // What is no body is compared as it is written.
        client.ask("/queried?limit=7", V1, "m", "").await.is_fresh(201, "3 7");
        client.ask("/queried?limit=7", V2, "m", "").await.is_told(V1, "3 7");
        client.ask("/queried?limit=8", V2, "m", "").await.is_problem(422, "key-reused");
    }
}

/// A client whose version was moved for it, by its pin or because the old one ended, repeats what it has sent.
#[tokio::test]
async fn a_text_that_its_version_cannot_read_is_the_older_request_once_more() {
    for store in stores(&clock()).await {
        let world = World::new();
        let client = served!(store, world; charge);
        for (call, (first, body)) in (1..).zip(REQUESTS) {
            let fresh = client.ask("/charges", first, first, body).await;
            for (other, _) in REQUESTS {
                // In the words of its own version, which it was told before.
                client.ask("/charges", other, first, body).await.is_told(first, &fresh.body);
                let changed = body.replace("500", "501");
                client.ask("/charges", other, first, &changed).await.is_problem(422, "key-reused");
            }
            assert_eq!(world.calls(), call);
        }
    }
}

#[tokio::test]
async fn a_text_that_means_something_else_is_another_request() {
    for store in stores(&clock()).await {
        let world = World::new();
        let client = served!(store, world; read_only, queried, older, newer, moved);
        for (path, body, first, other) in [
            ("/read-only", "{}", V1, V3),
            ("/read-only", "{}", V3, V2),
            ("/queried", "", V1, V3),
            ("/queried?limit=7", "", V3, V2),
            ("/amounts", r#"{"amount":5}"#, V1, V2),
            ("/amounts", r#"{"amount":5}"#, V3, V1),
            ("/moved", r#"{"amount":5}"#, V1, V2),
            ("/moved", r#"{"amount":5}"#, V3, V1),
        ] {
            let key = format!("{path} {first}");
            let fresh = client.ask(path, first, &key, body).await;
            assert_eq!((fresh.status, fresh.is_replay()), (201, false), "{path} {fresh:?}");
            let refused = client.ask(path, other, &key, body).await;
            let problem = refused.is_problem(422, "key-reused");
            assert!(problem["detail"].as_str().unwrap().contains(first), "{problem}");
            client.ask(path, first, &key, body).await.is_told(first, &fresh.body);
        }
    }
}

#[tokio::test]
async fn field_that_only_older_clients_know_then_it_is_neither_forgotten_nor_made_up() {
    let full = r#"{"card":"full","cards":["a"]}"#;
    for store in stores(&clock()).await {
        let client = served!(store, World::new(); hidden);
        // What only the older shape shows is not in the newest.
        client
            .ask("/hidden", V1, "a", full)
            .await
            .is_fresh(201, r#"{"card":"full","cards":["a","one more"]}"#);
        client.ask("/hidden", V2, "a", r#"{"card":"full"}"#).await.is_problem(422, "key-reused");
        client.ask("/hidden", V3, "b", r#"{"card":"full"}"#).await.is_fresh(201, r#"{"card":"full"}"#);
        client.ask("/hidden", V2, "b", r#"{"card":"full"}"#).await.is_told(V3, r#"{"card":"full"}"#);
        client.ask("/hidden", V1, "b", full).await.is_problem(422, "key-reused");
    }
}

/// All that a client of a version may send, as far as it makes a difference, and what the handler is given for it.
fn requests() -> Vec<(&'static str, String, String)> {
    let mut requests = Vec::new();
    let notes = ["", r#","note":null"#, r#","note":"x""#];
    let captures = ["", r#","capture":true"#, r#","capture":false"#];
    for (version, amounts, customer) in [
        (V1, &[r#""cents":1"#, r#""cents":2"#][..], r#","customer":"c""#),
        (V2, &[r#""cents":1"#, r#""cents":2"#], r#","customer_id":"c""#),
        (
            V3,
            &[
                r#""amount":{"value":1,"currency":"usd"}"#,
                r#""amount":{"value":1,"currency":"eur"}"#,
                r#""amount":{"value":2,"currency":"usd"}"#,
            ],
            r#","customer_id":"c""#,
        ),
    ] {
        for amount in amounts {
            for note in notes {
                // Before the last version it is a member that nobody reads.
                for capture in captures {
                    let text = format!("{{{amount}{customer}{note}{capture}}}");
                    let date = Date::parse(version).unwrap();
                    let read: NewCharge = at_version(date, || serde_json::from_str(&text)).unwrap();
                    requests.push((version, text, serde_json::to_string(&read).unwrap()));
                }
            }
        }
    }
    requests
}

/// Two bodies of the newest version become one in the older shapes: the currency is lost there, and so is whether it is
/// captured.
#[tokio::test]
async fn no_two_requests_are_taken_for_each_other_that_ask_for_different_things() {
    let [store, _] = stores(&clock()).await;
    let (world, requests) = (World::new(), requests());
    let client = served!(store, world; charge);
    let (mut keys, mut told) = (0, 0);
    for (first, said, given) in &requests {
        keys += 1;
        let key = keys.to_string();
        assert_eq!(client.ask("/charges", first, &key, said).await.status, 201);
        for (retry, text, meant) in requests.iter().filter(|(retry, ..)| retry != first) {
            let answer = client.ask("/charges", retry, &key, text).await;
            if answer.is_replay() {
                assert_eq!(meant, given, "{first} {said} is not {retry} {text}");
                told += 1;
            } else {
                answer.is_problem(422, "key-reused");
            }
        }
    }
    assert_eq!(world.calls(), keys);
    assert!(told > 50, "{told} were told");
    // This one is what the older shapes lose.
    let usd = Money { value: 1, currency: "usd".to_owned() };
    assert_eq!(usd, Money::usd(Money { value: 1, currency: "eur".to_owned() }.value()));
}

/// It hides what it is when it is written, as types of secrets do. The macro knows nothing of it.
#[derive(Debug, Clone, Deserialize)]
struct Masked(String);

impl Serialize for Masked {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str("****")
    }
}

#[versioned]
#[derive(Debug, Serialize, Deserialize)]
struct Purchase {
    #[renamed(in = "2024-06-15", was(name))]
    holder: String,
    #[opaque]
    number: Masked,
}

#[post("/purchases")]
#[idempotent(ttl = "24h", scope = none)]
#[api_version(since = "2024-01-15")]
async fn purchase(State(world): State<World>, Versioned(new): Versioned<Purchase>) -> (StatusCode, String) {
    (world.status(), format!("{} {} {}", world.enter().await, new.holder, new.number.0))
}

#[tokio::test]
async fn value_of_an_unknown_type_then_it_is_compared_as_text() {
    for store in stores(&clock()).await {
        let world = World::held();
        let client = served!(store.clone(), world; purchase);
        let running = tokio::spawn({
            let client = client.clone();
            async move { client.ask("/purchases", V3, "b", r#"{"holder":"x","number":"1"}"#).await }
        });
        world.entered().await;
        // No value will be known when it has ended, so that nobody need wait for that.
        client
            .ask("/purchases", V3, "b", r#"{"holder":"x","number":"2"}"#)
            .await
            .is_problem(422, "key-reused");
        client.ask("/purchases", V1, "b", r#"{"name":"x","number":"1"}"#).await.is_problem(422, "key-reused");
        world.let_one();
        running.await.unwrap().is_fresh(201, "1 x 1");

        let client = served!(store, World::new(); purchase);
        client.ask("/purchases", V3, "a", r#"{"holder":"x","number":"1"}"#).await.is_fresh(201, "1 x 1");
        client.ask("/purchases", V3, "a", r#"{"number":"1","holder":"x"}"#).await.is_told(V3, "1 x 1");
        client
            .ask("/purchases", V3, "a", r#"{"holder":"x","number":"2"}"#)
            .await
            .is_problem(422, "key-reused");
        client.ask("/purchases", V1, "a", r#"{"name":"x","number":"2"}"#).await.is_problem(422, "key-reused");
    }
}
