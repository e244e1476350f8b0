//! The schema of a version describes that version.

use super::date;
use super::payment::{Payment, SHAPES};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use steadfast::{schema_at, versioned};

fn schema(version: &str) -> Value {
    schema_at::<Payment>(date(version)).to_value()
}

#[test]
fn a_schema_has_exactly_the_fields_of_its_version_and_accepts_what_it_says() {
    for (version, text) in SHAPES {
        let (schema, body): (_, Value) = (schema(version), serde_json::from_str(text).unwrap());
        let mut fields: Vec<_> = body.as_object().unwrap().keys().collect();
        let mut described: Vec<_> = schema["properties"].as_object().unwrap().keys().collect();
        fields.sort();
        described.sort();
        assert_eq!(fields, described, "{version}");
        let validator = jsonschema::validator_for(&schema).unwrap();
        for (other, text) in SHAPES {
            let body: Value = serde_json::from_str(text).unwrap();
            // Two versions differ in a field that has a default.
            let alike = version == other
                || (version, other) == ("2024-12-18", "2025-09-30")
                || (version, other) == ("2025-09-30", "2024-12-18");
            assert_eq!(validator.is_valid(&body), alike, "{other} by the schema of {version}");
        }
    }
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct List {
    payments: Vec<Payment>,
    lines: Vec<Line<Payment>>,
}

#[versioned]
#[derive(Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Line_of_{T}")]
struct Line<T> {
    #[renamed(in = "2025-01-01", was(object))]
    subject: T,
    kids: Vec<Self>,
}

#[test]
fn shapes_inside_a_schema_have_names_of_their_own() {
    let names = |version: &str| -> Vec<String> {
        let schema = schema_at::<List>(date(version)).to_value();
        jsonschema::validator_for(&schema).unwrap();
        schema["$defs"].as_object().unwrap().keys().cloned().collect()
    };
    let head = names("2026-12-01");
    assert!(head.contains(&"Payment".to_owned()) && head.contains(&"Line_of_Payment".to_owned()), "{head:?}");
    let old = names("2024-01-15");
    assert!(old.contains(&"Payment.before-2024-12-18".to_owned()), "{old:?}");
    assert!(old.contains(&"Line_of_Payment.before-2024-12-18.before-2025-01-01".to_owned()), "{old:?}");
}
