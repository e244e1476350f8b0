//! What the newest shape of a response does not tell is never made up at another version, wherever it hides.

use super::{V1, V2, V3, World, clock, served};
use crate::idempotency::stores::stores;
use axum::extract::Path;
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;
use std::num::TryFromIntError;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use steadfast::{Date, Versioned, api_version, at_version, idempotent, post, versioned};

/// Older clients see what only its hidden field knows.
#[versioned]
#[derive(Clone, Serialize, Deserialize)]
struct Note {
    #[changed(
        in = "2024-06-15",
        was(all: String),
        into(text, rest),
        upgrade = |all| (all, String::new()),
        downgrade = |text: &String, rest: &String| format!("{text}{rest}"),
    )]
    text: String,
    #[serde(skip)]
    rest: String,
}

impl Note {
    fn with(rest: &str) -> Self {
        Self { text: "text".to_owned(), rest: rest.to_owned() }
    }
}

/// It has no change of its own, and knows more than it writes.
#[versioned]
#[derive(Clone, Default, Serialize, Deserialize)]
struct Money {
    value: i64,
    #[serde(skip)]
    rate: i64,
}

impl Money {
    fn with(rest: &str) -> Self {
        Self { value: 5, rate: i64::try_from(rest.len()).unwrap_or_default() }
    }

    fn dear(&self) -> i64 {
        self.value + self.rate
    }

    fn cheap(value: i64) -> Self {
        Self { value, rate: 0 }
    }
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Priced {
    id: u32,
    // In between nothing about it can be seen.
    #[changed(in = "2024-12-18", was(price: Money), upgrade = std::convert::identity, downgrade = Money::clone)]
    #[changed(in = "2024-06-15", was(cents: i64), upgrade = Money::cheap, downgrade = Money::dear)]
    amount: Money,
}

/// It has no change of its own, and holds what has one.
#[versioned]
#[derive(Serialize, Deserialize)]
struct Holder {
    note: Note,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Held {
    #[renamed(in = "2024-06-15", was(holder))]
    held: BTreeMap<String, Holder>,
}

/// A type whose shapes serde derives.
#[versioned]
#[derive(Serialize, Deserialize)]
struct Flattened {
    #[renamed(in = "2024-06-15", was(id))]
    number: u32,
    #[serde(flatten)]
    note: Note,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Mirrored {
    #[serde(flatten)]
    more: BTreeMap<String, u32>,
    #[changed(in = "2024-06-15", was(cents: i64), upgrade = Money::cheap, downgrade = Money::dear)]
    amount: Money,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Pair(
    #[changed(in = "2024-06-15", was(i64), upgrade = Money::cheap, downgrade = Money::dear)] Money,
    u32,
);

/// A function that may fail.
#[versioned]
#[derive(Serialize, Deserialize)]
struct Small {
    #[changed(
        in = "2024-06-15",
        was(cents: u8),
        upgrade = |cents: u8| Money::cheap(cents.into()),
        downgrade = |amount: &Money| -> Result<u8, TryFromIntError> { amount.dear().try_into() },
    )]
    amount: Money,
}

#[versioned]
#[derive(Serialize, Deserialize)]
#[removed(in = "2024-06-15", was(legacy: String), downgrade = Dropped::legacy)]
struct Dropped {
    id: u32,
    #[serde(skip)]
    rest: String,
}

impl Dropped {
    fn legacy(&self) -> String {
        self.rest.clone()
    }
}

#[versioned]
#[derive(Serialize, Deserialize)]
#[replaced(in = "2024-06-15", was(i64), upgrade = Whole::new, downgrade = Whole::value)]
struct Whole {
    amount: Money,
}

impl Whole {
    fn new(value: i64) -> Self {
        Self { amount: Money::cheap(value) }
    }

    fn value(&self) -> i64 {
        self.amount.dear()
    }
}

/// What is written of one and of two is the same.
#[versioned]
#[derive(Serialize, Deserialize)]
struct Skipped {
    id: u32,
    #[changed(in = "2024-06-15", was(number: u128), upgrade = std::convert::identity, downgrade = u128::clone)]
    #[serde(default = "one", skip_serializing_if = "is_small")]
    count: u128,
}

fn one() -> u128 {
    1
}

fn is_small(count: &u128) -> bool {
    *count <= 2
}

/// What is no number is written as none is.
#[versioned]
#[derive(Serialize, Deserialize)]
struct Ratio {
    #[changed(
        in = "2024-06-15",
        was(is_known: bool),
        upgrade = |_| None::<f64>,
        downgrade = |ratio: &Option<f64>| ratio.is_some(),
    )]
    ratio: Option<f64>,
}

/// A variant is flattened into the object of its tag.
#[versioned]
#[derive(Serialize, Deserialize)]
#[serde(tag = "kind")]
enum Tagged {
    #[renamed(in = "2024-06-15", was(Remarked))]
    Noted(Note),
}

#[versioned]
#[derive(Serialize, Deserialize)]
enum Payload {
    Text(String),
    #[added(in = "2024-06-15", downgrade = Payload::older)]
    Amount(Money),
}

impl Payload {
    fn older(&self) -> Self {
        match self {
            Self::Amount(money) => Self::Text(money.dear().to_string()),
            Self::Text(text) => Self::Text(text.clone()),
        }
    }
}

#[versioned]
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Untagged {
    First(u32),
    #[added(in = "2024-06-15", downgrade = |_| Untagged::First(0))]
    Second(u32),
}

/// It has no change of its own, and what it writes is made by hand.
#[versioned]
#[derive(Clone, Deserialize)]
#[serde(transparent)]
struct Digit {
    value: i64,
}

impl Serialize for Digit {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.value % 10)
    }
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Short {
    #[changed(
        in = "2024-06-15",
        was(cents: i64),
        upgrade = |value| Digit { value },
        downgrade = |amount: &Digit| amount.value,
    )]
    amount: Digit,
}

/// Endpoints that answer one with nothing hidden, and one with something.
macro_rules! hiding {
    ($($path:literal: $name:ident($rest:ident) -> $ty:ty = $value:expr;)*) => {
        $(
            #[post($path)]
            #[idempotent(ttl = "24h", scope = none)]
            #[api_version(since = "2024-01-15")]
            async fn $name(Path($rest): Path<String>) -> Versioned<$ty> {
                let $rest = $rest.trim_start_matches("bare");
                Versioned($value)
            }
        )*

        /// What the two look like at a version.
        fn shown(version: &str) -> Vec<(&'static str, [String; 2])> {
            let version = Date::parse(version).unwrap();
            let text = |path: &'static str| (path, ["", "more"]);
            let mut all = Vec::new();
            $({
                let (path, rests) = text($path);
                let texts = rests.map(|$rest| at_version(version, || serde_json::to_string::<$ty>(&$value)).unwrap());
                all.push((path.trim_end_matches("{which}"), texts));
            })*
            all
        }

        macro_rules! hiding_all {
            ($store:expr) => { served!($store, World::new(); $($name),*) };
        }
    };
}

hiding! {
    "/note/{which}": note(rest) -> Vec<Note> = vec![Note::with(rest)];
    "/priced/{which}": priced(rest) -> Priced = Priced { id: 1, amount: Money::with(rest) };
    "/held/{which}": held(rest) -> Held =
        Held { held: BTreeMap::from([("a".to_owned(), Holder { note: Note::with(rest) })]) };
    "/flattened/{which}": flattened(rest) -> Flattened = Flattened { number: 1, note: Note::with(rest) };
    "/mirrored/{which}": mirrored(rest) -> Mirrored =
        Mirrored { more: BTreeMap::from([("a".to_owned(), 1)]), amount: Money::with(rest) };
    "/pair/{which}": pair(rest) -> Pair = Pair(Money::with(rest), 1);
    "/small/{which}": small(rest) -> Small = Small { amount: Money::with(rest) };
    "/dropped/{which}": dropped(rest) -> Dropped = Dropped { id: 1, rest: rest.to_owned() };
    "/whole/{which}": whole(rest) -> Whole = Whole { amount: Money::with(rest) };
    "/skipped/{which}": skipped(rest) -> Skipped = Skipped { id: 1, count: if rest.is_empty() { 1 } else { 2 } };
    "/ratio/{which}": ratio(rest) -> Ratio = Ratio { ratio: (!rest.is_empty()).then_some(f64::NAN) };
    "/short/{which}": short(rest) -> Short =
        Short { amount: Digit { value: if rest.is_empty() { 5 } else { 45 } } };
    "/tagged/{which}": tagged(rest) -> Tagged = Tagged::Noted(Note::with(rest));
    "/payload/{which}": payload(rest) -> Payload = Payload::Amount(Money::with(rest));
    "/untagged/{which}": untagged(rest) -> Untagged = if rest.is_empty() { Untagged::First(1) } else { Untagged::Second(1) };
}

#[tokio::test]
async fn newest_shape_that_hides_something_then_a_response_stays_in_its_version() {
    let [older, newest] = [V1, V3].map(shown);
    for store in stores(&clock()).await {
        let client = hiding_all!(store);
        for ((path, [bare, full]), (_, [bare_now, full_now])) in older.iter().zip(&newest) {
            // They can only be told apart in the oldest shape.
            assert!(bare != full && bare_now == full_now, "{path}");
            let responses =
                [("bare", V1, bare), ("bare", V3, bare_now), ("more", V1, full), ("more", V3, full_now)];
            for (which, first, response) in responses {
                let (path, key) = (format!("{path}{which}"), format!("{path}{first}{which}"));
                client.ask(&path, first, &key, "").await.is_fresh(200, response);
                for retry in [V1, V2, V3] {
                    let replay = client.ask(&path, retry, &key, "").await;
                    replay.is_replayed(200, response);
                    assert_eq!(replay.header("api-version"), Some(first), "{path} {first} {retry}");
                }
            }
        }
    }
}

/// How often something was computed for older clients, or read.
static CALLS: AtomicU32 = AtomicU32::new(0);

fn calls() -> u32 {
    CALLS.swap(0, SeqCst)
}

fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    CALLS.fetch_add(1, SeqCst);
    u32::deserialize(deserializer)
}

fn dollars(cents: u32) -> u32 {
    CALLS.fetch_add(1, SeqCst);
    cents / 100
}

/// Nothing of a number is hidden.
#[versioned]
#[derive(Serialize, Deserialize)]
struct Told {
    #[changed(in = "2024-12-18", was(amount: u32), upgrade = |dollars| dollars * 100, downgrade = |cents: &u32| dollars(*cents))]
    #[serde(deserialize_with = "read")]
    cents: u32,
}

/// Nor of a type of which all is known: a list of them, and an option within.
#[versioned]
#[derive(Serialize, Deserialize)]
struct Known {
    #[changed(in = "2024-12-18", was(amount: u32), upgrade = Price::of, downgrade = Price::dollars)]
    #[renamed(in = "2024-06-15", was(cents))]
    price: Price,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Price {
    cents: u32,
    note: Option<Remark>,
}

#[versioned]
#[derive(Serialize, Deserialize)]
enum Remark {
    Text(String),
    None,
}

impl Price {
    fn of(dollars: u32) -> Self {
        Self { cents: dollars * 100, note: None }
    }

    fn dollars(&self) -> u32 {
        dollars(self.cents)
    }
}

#[post("/told")]
#[idempotent(ttl = "24h", scope = none)]
#[api_version(since = "2024-01-15")]
async fn told() -> Versioned<Told> {
    Versioned(Told { cents: 700 })
}

#[post("/known")]
#[idempotent(ttl = "24h", scope = none)]
#[api_version(since = "2024-01-15")]
async fn known() -> Versioned<Vec<Known>> {
    Versioned(vec![Known { price: Price { cents: 700, note: Some(Remark::Text(String::new())) } }])
}

#[tokio::test]
async fn response_of_a_known_type_then_it_is_translated_and_nothing_else_is_computed() {
    for store in stores(&clock()).await {
        let client = served!(store, World::new(); told, known);
        let mut called = Vec::new();
        for (path, first) in [("/told", V3), ("/told", V1), ("/known", V3), ("/known", V1)] {
            calls();
            assert_eq!(client.ask(path, first, &format!("{path}{first}"), "").await.status, 200);
            called.push((path, first, calls()));
            let other = if first == V1 { V3 } else { V1 };
            let replay = client.ask(path, other, &format!("{path}{first}"), "").await;
            assert!(replay.is_replay() && replay.header("api-version") == Some(other), "{replay:?}");
        }
        // What the client is shown, and nothing more.
        assert_eq!(called, [("/told", V3, 0), ("/told", V1, 1), ("/known", V3, 0), ("/known", V1, 1)]);
    }
}
