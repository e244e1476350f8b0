//! The attributes of serde mean in an old shape what they mean at head.

use super::{read, show};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use steadfast::versioned;

mod text {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(value: &u32, serializer: S) -> Result<S::Ok, S::Error> {
        value.to_string().serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Strict {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    short_note: Option<String>,
    #[renamed(in = "2025-01-01", was(old_count))]
    #[serde(with = "text", rename = "theCount")]
    new_count: u32,
    #[serde(rename = "explicit", alias = "also")]
    renamed: u8,
    #[changed(
        in = "2025-01-01",
        was(#[serde(rename = "oldFlag", default, skip_serializing_if = "is_false")] flag: bool),
        upgrade = u8::from,
        downgrade = |flags| *flags != 0,
    )]
    flag_bits: u8,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}

#[test]
fn names_conversions_and_omissions_stay() {
    let strict = Strict { short_note: None, new_count: 5, renamed: 1, flag_bits: 0 };
    assert_eq!(show("2025-01-01", &strict), r#"{"theCount":"5","explicit":1,"flagBits":0}"#);
    assert_eq!(show("2024-01-01", &strict), r#"{"oldCount":"5","explicit":1}"#);
    assert_eq!(read::<Strict>("2024-01-01", r#"{"oldCount":"5","also":1}"#).unwrap(), strict);

    let other = Strict { short_note: Some("n".to_owned()), flag_bits: 1, ..strict };
    let text = r#"{"shortNote":"n","oldCount":"5","explicit":1,"oldFlag":true}"#;
    assert_eq!(show("2024-01-01", &other), text);
    assert_eq!(read::<Strict>("2024-01-01", text).unwrap(), other);
}

#[test]
fn unknown_fields_are_denied_by_the_names_of_the_version() {
    let error = read::<Strict>("2024-01-01", r#"{"theCount":"5"}"#).unwrap_err().to_string();
    assert!(
        error.starts_with("unknown field `theCount`, expected one of `shortNote`, `oldCount`"),
        "{error}"
    );
    let error = read::<Strict>("2025-01-01", r#"{"oldCount":"5"}"#).unwrap_err().to_string();
    assert!(
        error.starts_with("unknown field `oldCount`, expected one of `shortNote`, `theCount`"),
        "{error}"
    );
}

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Settings {
    #[renamed(in = "2025-01-01", was(colour))]
    color: String,
    size: u8,
    #[changed(in = "2025-01-01", was(#[serde(default)] loud: bool), upgrade = |loud| if loud { 9 } else { 1 }, downgrade = |volume| *volume > 5)]
    volume: u8,
    #[serde(flatten)]
    more: BTreeMap<String, u8>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { color: "red".to_owned(), size: 3, volume: 5, more: BTreeMap::new() }
    }
}

#[test]
fn the_default_of_the_whole_gives_absent_fields_in_every_shape() {
    assert_eq!(read::<Settings>("2025-01-01", "{}").unwrap(), Settings::default());
    assert_eq!(read::<Settings>("2024-01-01", "{}").unwrap(), Settings { volume: 1, ..Settings::default() });
    let settings = Settings {
        color: "blue".to_owned(),
        volume: 9,
        more: [("x".to_owned(), 1)].into(),
        ..Settings::default()
    };
    let text = r#"{"colour":"blue","size":3,"loud":true,"x":1}"#;
    assert_eq!(show("2024-01-01", &settings), text);
    assert_eq!(read::<Settings>("2024-01-01", text).unwrap(), settings);
}

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Patch {
    #[renamed(in = "2025-01-01", was(memo))]
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    note: Option<Option<String>>,
}

#[allow(clippy::option_option, reason = "absent, null and present are three")]
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

#[test]
fn absent_null_and_present_stay_three() {
    for (text, note) in
        [("{}", None), (r#"{"memo":null}"#, Some(None)), (r#"{"memo":"x"}"#, Some(Some("x".to_owned())))]
    {
        let patch: Patch = read("2024-01-01", text).unwrap();
        assert_eq!(patch, Patch { note });
        assert_eq!(show("2024-01-01", &patch), text);
    }
}

/// A bound of the user's replaces the one that would be inferred.
#[versioned]
#[derive(Debug, Serialize, Deserialize)]
#[serde(bound(serialize = "T: ToString", deserialize = "T: std::str::FromStr"))]
struct Shown<T> {
    #[renamed(in = "2025-01-01", was(text))]
    #[serde(serialize_with = "to_text", deserialize_with = "from_text")]
    value: T,
}

fn to_text<T: ToString, S: serde::Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&value.to_string())
}

fn from_text<'de, T: std::str::FromStr, D: serde::Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(|_| serde::de::Error::custom("unreadable"))
}

#[test]
fn bounds_are_the_user_s() {
    let shown = Shown { value: std::net::Ipv4Addr::LOCALHOST };
    assert_eq!(show("2024-01-01", &shown), r#"{"text":"127.0.0.1"}"#);
    assert_eq!(read::<Shown<u8>>("2024-01-01", r#"{"text":"7"}"#).unwrap().value, 7);
}

#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Cased {
    #[renamed(in = "2025-01-01", was(#[serde(rename = "seat_no")] seat_no))]
    seat_no: u8,
    // Written as before, and read by another name.
    #[serde(rename(deserialize = "theRow"))]
    #[renamed(in = "2025-01-01", was(#[serde(rename = "row")] old_row))]
    row: u8,
    #[serde(skip_serializing, default)]
    #[renamed(in = "2025-01-01", was(hint))]
    advice: u8,
    #[added(in = "2025-01-01", default)]
    hint: u8,
}

#[test]
fn names_of_another_case_are_renamed() {
    let cased = Cased { seat_no: 7, row: 2, advice: 0, hint: 0 };
    assert_eq!(show("2025-01-01", &cased), r#"{"seatNo":7,"row":2,"hint":0}"#);
    assert_eq!(show("2024-01-01", &cased), r#"{"seat_no":7,"row":2}"#);
    assert_eq!(read::<Cased>("2024-01-01", r#"{"seat_no":7,"row":2,"hint":0}"#).unwrap(), cased);
    assert_eq!(read::<Cased>("2025-01-01", r#"{"seatNo":7,"theRow":2,"hint":0}"#).unwrap(), cased);
}

#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Kind {
    #[renamed(in = "2025-01-01", was(#[serde(rename = "ON_HOLD")] OnHold))]
    OnHold,
    Other,
}

#[test]
fn variants_of_another_case_are_renamed() {
    assert_eq!(show("2025-01-01", &Kind::OnHold), r#""onHold""#);
    assert_eq!(show("2024-01-01", &Kind::OnHold), r#""ON_HOLD""#);
    assert_eq!(read::<Kind>("2024-01-01", r#""ON_HOLD""#).unwrap(), Kind::OnHold);
}

#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Swapped {
    // Each has no name that the other has on the same side.
    #[serde(rename = "seat", skip_deserializing, default)]
    shown: u8,
    #[serde(rename = "seat", skip_serializing)]
    #[renamed(in = "2025-01-01", was(#[serde(rename = "place")] place))]
    sent: u8,
}

#[test]
fn a_name_may_be_another_field_on_each_side() {
    assert_eq!(show("2024-01-01", &Swapped { shown: 1, sent: 2 }), r#"{"seat":1}"#);
    let sent = Swapped { shown: 0, sent: 2 };
    assert_eq!(read::<Swapped>("2024-01-01", r#"{"place":2}"#).unwrap(), sent);
    assert_eq!(read::<Swapped>("2025-01-01", r#"{"seat":2}"#).unwrap(), sent);
}
