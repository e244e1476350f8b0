//! The laws that types claim, as tests of one line; and what they say of a type that claims too much.

#![allow(
    clippy::needless_pass_by_value,
    clippy::trivially_copy_pass_by_ref,
    reason = "upgrades take columns as they are, downgrades borrow them"
)]

mod checked;
mod exercised;
mod wrong;

use crate::changelog::sample::{Card, Money, Payment, Version};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steadfast::testing::laws;
use steadfast::testing::proptest::prelude::*;
use steadfast::testing::{each_live_version, live_versions};
use steadfast::{Date, at, schema_at, versioned};

fn cards() -> impl Strategy<Value = Card> {
    "20[0-9]{2}-[01][0-9]".prop_map(|expires| Card { expires })
}

fn payments() -> impl Strategy<Value = Payment> {
    (any::<i64>(), "[a-z]{0,3}", ".{0,8}", any::<u8>(), proptest::option::of(cards())).prop_map(
        |(value, currency, customer_id, priority, card)| Payment {
            amount: Money { value, currency },
            customer_id,
            priority,
            card,
        },
    )
}

laws!(Card, cards(), old = [("2024-01-15", r#"{"expiry":"2027-05-31"}"#)]);
laws!(
    Payment,
    payments(),
    old = [(
        "2024-01-15",
        r#"{"amountCents":5,"iso":"eur","customer":"c","legacyRef":"mine","legacyCode":3,"card":{"expiry":"2027-05-31"}}"#
    )]
);
laws!(a_list_of_cards: Vec<Card>, proptest::collection::vec(cards(), 0..4));

/// Two fields swap their names, and a third has been swapped before.
#[versioned]
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct Swapped {
    #[renamed(in = "2025-09-30", was(second))]
    first: String,
    #[renamed(in = "2025-09-30", was(first))]
    #[changed(in = "2024-12-18", was(number: u64), upgrade = text, downgrade = number, into(first), lossy = "texts that are no numbers")]
    second: String,
    #[serde(flatten)]
    #[changed(in = "2024-12-18", was(#[serde(default)] inner: Inner), upgrade = Inner::id, downgrade = Inner::same, lossless)]
    flat: Inner,
}

#[versioned]
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
struct Inner {
    x: u8,
}

impl Inner {
    fn id(self) -> Self {
        self
    }

    fn same(&self) -> Self {
        self.clone()
    }
}

fn text(number: u64) -> String {
    number.to_string()
}

fn number(text: &str) -> u64 {
    text.parse().unwrap_or(0)
}

fn swapped() -> impl Strategy<Value = Swapped> {
    (".{0,4}", "[0-9]{0,4}", any::<u8>()).prop_map(|(first, second, x)| Swapped {
        first,
        second,
        flat: Inner { x },
    })
}

laws!(Swapped, swapped());

proptest! {
    #[test]
    fn every_older_shape_is_what_its_schema_says(value in swapped()) {
        for (before, json) in laws::older_shapes(&value).unwrap() {
            let day_before = Date::from_unix_seconds(before.unix_seconds() - 86_400).unwrap();
            let schema = schema_at::<Swapped>(day_before);
            let valid = jsonschema::validate(schema.as_value(), &json);
            prop_assert!(valid.is_ok(), "{before}: {json}: {valid:?}");
        }
    }
}

#[tokio::test]
async fn a_test_runs_once_for_each_live_version() {
    let today = Date::parse("2025-07-01").unwrap();
    let payment = Payment {
        amount: Money { value: 1, currency: "usd".to_owned() },
        customer_id: "c".to_owned(),
        priority: 0,
        card: None,
    };
    let mut shapes = Vec::new();
    each_live_version::<Version>(today, async |version| {
        shapes.push(at(version, || serde_json::to_string(&payment)).unwrap());
    })
    .await;
    assert_eq!(
        shapes,
        [
            r#"{"amount":{"value":1,"currency":"usd"},"customer":"c","card":null}"#,
            r#"{"amount":{"value":1,"currency":"usd"},"customerId":"c","priority":0,"card":null}"#,
            r#"{"amount":{"value":1,"currency":"usd"},"customerId":"c","priority":0,"card":null}"#,
        ]
    );
    let before = Date::parse("2025-06-30").unwrap();
    assert_eq!(live_versions::<Version>(before).count(), 4);
}
