//! Structs whose fields have positions in place of names.

use super::{date, read, show};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::marker::PhantomData;
use std::num::ParseIntError;
use steadfast::{schema_at, versioned};

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Amount(
    #[changed(in = "2026-01-01", was(i32), upgrade = i64::from, downgrade = narrow)]
    #[changed(in = "2025-01-01", was(String), upgrade = parse, downgrade = i32::to_string)]
    i64,
);

fn narrow(amount: &i64) -> i32 {
    i32::try_from(*amount).unwrap_or(i32::MAX)
}

fn parse(text: String) -> Result<i32, ParseIntError> {
    text.parse()
}

#[test]
fn a_newtype_is_what_is_in_it() {
    for (version, amount, text) in
        [("2024-01-01", 7, r#""7""#), ("2025-01-01", 7, "7"), ("2026-01-01", 5_000_000_000, "5000000000")]
    {
        assert_eq!(show(version, &Amount(amount)), text);
        assert_eq!(read::<Amount>(version, text).unwrap(), Amount(amount));
        let validator = jsonschema::validator_for(&schema_at::<Amount>(date(version)).to_value()).unwrap();
        assert!(validator.is_valid(&serde_json::from_str(text).unwrap()), "{version}");
    }
    assert_eq!(show("2025-01-01", &Amount(5_000_000_000)), "2147483647");
    let error = read::<Amount>("2024-01-01", r#""x""#).unwrap_err().to_string();
    assert!(error.starts_with("invalid digit found in string"), "{error}");
}

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Range(
    u8,
    #[changed(in = "2025-01-01", was(#[serde(with = "as_text")] #[schemars(with = "String")] u16), upgrade = u32::from, downgrade = |high| u16::try_from(*high).unwrap_or(0))]
     u32,
    #[added(in = "2026-01-01", default = 1)] u8,
    #[added(in = "2026-01-01", default)]
    #[changed(in = "2027-01-01", was(bool), upgrade = u8::from, downgrade = |flag| *flag != 0)]
    u8,
);

mod as_text {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(value: &u16, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u16, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[test]
fn positions_change_and_come_last() {
    let range = Range(1, 2, 1, 0);
    for (version, text) in [
        ("2024-01-01", r#"[1,"2"]"#),
        ("2025-01-01", "[1,2]"),
        ("2026-01-01", "[1,2,1,false]"),
        ("2027-01-01", "[1,2,1,0]"),
    ] {
        assert_eq!(show(version, &range), text);
        assert_eq!(read::<Range>(version, text).unwrap(), range);
    }
    let error = read::<Range>("2026-01-01", "[1,2]").unwrap_err().to_string();
    assert!(error.starts_with("invalid length 2, expected tuple struct Range"), "{error}");
    assert!(read::<Range>("2025-01-01", "[1,2,1,0]").is_err());
}

/// With one position left, an older shape is what is in it; the parameters that it does not mention stay out of it.
#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Tagged<'a, T>(
    &'a str,
    #[added(in = "2025-01-01", default)] Vec<T>,
    #[serde(skip)]
    #[added(in = "2025-01-01", default)]
    PhantomData<T>,
);

#[test]
fn one_position_is_a_newtype() {
    let tagged = Tagged("a", vec![1], PhantomData);
    assert_eq!(show("2025-01-01", &tagged), r#"["a",[1]]"#);
    assert_eq!(show("2024-01-01", &tagged), r#""a""#);
    let text = r#""a""#.to_owned();
    let read: Tagged<'_, u8> =
        steadfast::at_version(date("2024-01-01"), || serde_json::from_str(&text)).unwrap();
    assert_eq!(read, Tagged("a", vec![], PhantomData));
}

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Defaulted(
    u8,
    #[serde(default = "four")]
    #[changed(in = "2025-01-01", was(#[serde(default)] u16), upgrade = u32::from, downgrade = |wide| u16::try_from(*wide).unwrap_or(1))]
    u32,
);

fn four() -> u32 {
    4
}

#[test]
fn positions_that_are_absent_have_the_default_of_their_time() {
    assert_eq!(read::<Defaulted>("2025-01-01", "[1]").unwrap(), Defaulted(1, 4));
    assert_eq!(read::<Defaulted>("2024-01-01", "[1]").unwrap(), Defaulted(1, 0));
    assert_eq!(show("2024-01-01", &Defaulted(1, 65537)), "[1,1]");
}
