//! Types that are written as the one thing they hold.

use super::{date, read, show};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use steadfast::{schema_at, versioned};

/// An amount was a number of cents.
#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
struct Amount {
    #[changed(in = "2025-01-01", was(cents: i64), upgrade = Money::from_cents, downgrade = Money::cents)]
    money: Money,
}

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Money {
    value: i64,
}

impl Money {
    fn from_cents(value: i64) -> Result<Self, String> {
        if value < 0 { Err("an amount is not negative".to_owned()) } else { Ok(Self { value }) }
    }

    fn cents(&self) -> i64 {
        self.value
    }
}

/// It holds the same, and was a text.
#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
struct Fee(#[changed(in = "2025-01-01", was(String), upgrade = fee, downgrade = text)] Money);

fn fee(text: String) -> Result<Money, std::num::ParseIntError> {
    Ok(Money { value: text.parse()? })
}

fn text(fee: &Money) -> String {
    fee.value.to_string()
}

/// A type with a parameter.
#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
struct Many<T>
where
    T: Clone,
{
    #[changed(in = "2025-01-01", was(one: Option<T>), upgrade = |one| one.into_iter().collect::<Vec<T>>(), downgrade = |many: &Vec<T>| many.first().cloned())]
    many: Vec<T>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Bill {
    amount: Amount,
    fee: Fee,
}

#[test]
fn every_shape_is_what_is_in_it() {
    let bill = Bill { amount: Amount { money: Money { value: 5 } }, fee: Fee(Money { value: 1 }) };
    for (version, text) in [
        ("2024-01-01", r#"{"amount":5,"fee":"1"}"#),
        ("2025-01-01", r#"{"amount":{"value":5},"fee":{"value":1}}"#),
    ] {
        assert_eq!(show(version, &bill), text);
        assert_eq!(read::<Bill>(version, text).unwrap(), bill);
    }
    let error = read::<Bill>("2024-01-01", r#"{"amount":-5,"fee":"1"}"#).unwrap_err().to_string();
    assert!(error.starts_with("an amount is not negative"), "{error}");
    let many = Many { many: vec![1, 2] };
    assert_eq!(show("2024-01-01", &many), "1");
    assert_eq!(show("2025-01-01", &many), "[1,2]");
    assert_eq!(read::<Many<u8>>("2024-01-01", "null").unwrap(), Many { many: vec![] });
}

/// Both hold the same at head, and other things before.
#[test]
fn schemas_are_of_each_type_at_each_version() {
    for (version, amount, fee) in
        [("2024-01-01", json!(5), json!("1")), ("2025-01-01", json!({"value": 5}), json!({"value": 1}))]
    {
        let validator = jsonschema::validator_for(&schema_at::<Bill>(date(version)).to_value()).unwrap();
        assert!(validator.is_valid(&json!({"amount": amount, "fee": fee})), "{version}");
        assert!(!validator.is_valid(&json!({"amount": "1", "fee": fee})), "{version}");
        assert!(!validator.is_valid(&json!({"amount": amount, "fee": 5})), "{version}");
    }
}
