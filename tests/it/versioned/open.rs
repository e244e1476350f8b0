//! The schema of an open enum accepts what the enum accepts.

use super::{date, read};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use steadfast::testing::laws;
use steadfast::testing::proptest::prelude::*;
use steadfast::{schema_at, versioned};

/// What became of a dispute.
#[versioned(open = Other)]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(title = "Dispute", extend("x-stable" = true))]
enum Dispute {
    #[renamed(in = "2024-12-18", was(Gained))]
    Won,
    #[added(in = "2025-09-30")]
    Prevented,
    Other,
}

#[test]
fn any_string_is_in_the_schema_and_the_known_ones_are_named() {
    for (version, names) in [
        ("2024-01-15", json!(["gained", "prevented", "other"])),
        ("2024-12-18", json!(["won", "prevented", "other"])),
    ] {
        let schema = schema_at::<Dispute>(date(version)).to_value();
        assert_eq!(schema["anyOf"], json!([{ "type": "string", "enum": names }, { "type": "string" }]));
        assert_eq!(schema["title"], "Dispute");
        assert_eq!(schema["description"], "What became of a dispute.");
        assert_eq!(schema["x-stable"], true);
        let mut keys: Vec<_> = schema.as_object().unwrap().keys().collect();
        keys.sort();
        assert_eq!(keys, ["$schema", "anyOf", "description", "title", "x-stable"]);
    }
}

#[versioned(open = Other)]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", content = "data", rename_all = "snake_case")]
#[retagged(in = "2026-01-01", was(tag = "kind"))]
#[retagged(in = "2025-01-01", was(external))]
enum Event {
    Paid {
        amount: i64,
    },
    #[added(in = "2025-06-01")]
    #[serde(rename(deserialize = "sent_back", serialize = "refunded"))]
    Refunded(Refund),
    Nothing,
    Other,
}

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Refund {
    reason: String,
}

/// What versions say of a text: that it is the schema's and that it can be read.
fn agree<T: DeserializeOwned + JsonSchema>(version: &str, texts: &[(&str, bool)]) {
    let schema = schema_at::<T>(date(version)).to_value();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for (text, valid) in texts {
        let value: Value = serde_json::from_str(text).unwrap();
        assert_eq!(read::<T>(version, text).is_ok(), *valid, "{text} read at {version}");
        assert_eq!(validator.is_valid(&value), *valid, "{text} of {version} by {schema}");
    }
}

#[test]
fn what_holds_something_is_as_strict_as_before() {
    agree::<Event>(
        "2024-01-15",
        &[
            (r#""nothing""#, true),
            (r#""new""#, true),
            (r#"{"paid":{"amount":1}}"#, true),
            (r#"{"paid":{"amount":"1"}}"#, false),
            (r#"{"sent_back":{"reason":"r"}}"#, true),
            (r#""paid""#, false),
            (r#""sent_back""#, false),
            ("1", false),
        ],
    );
    agree::<Event>(
        "2025-01-01",
        &[
            (r#"{"kind":"nothing"}"#, true),
            (r#"{"kind":"new","more":1}"#, true),
            (r#"{"kind":"paid","amount":1}"#, true),
            (r#"{"kind":"paid","amount":"1"}"#, false),
            (r#"{"kind":"sent_back"}"#, false),
            (r#"{"amount":1}"#, false),
            (r#""new""#, false),
        ],
    );
    agree::<Event>(
        "2026-01-01",
        &[
            (r#"{"type":"nothing"}"#, true),
            (r#"{"type":"new"}"#, true),
            (r#"{"type":"paid","data":{"amount":1}}"#, true),
            (r#"{"type":"paid","data":{"amount":"1"}}"#, false),
            (r#"{"type":"paid"}"#, false),
            (r#"{"data":{"amount":1}}"#, false),
            (r#"{"kind":"new"}"#, false),
        ],
    );
}

/// Before the enum was open, its members were all there were.
#[versioned(open = Other)]
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Opened {
    Won,
    #[added(in = "2025-09-30", was(Won))]
    Other,
}

#[test]
fn a_shape_without_the_variant_is_closed() {
    agree::<Opened>("2024-01-15", &[(r#""won""#, true), (r#""new""#, false)]);
    agree::<Opened>("2025-09-30", &[(r#""won""#, true), (r#""new""#, true)]);
}

fn events() -> impl Strategy<Value = Event> {
    prop_oneof![
        any::<i64>().prop_map(|amount| Event::Paid { amount }),
        Just(Event::Nothing),
        Just(Event::Other),
    ]
}

laws!(Event, events());
