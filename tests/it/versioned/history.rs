//! Chains of changes, splits, joins, swaps and failures.

use super::{read, show};
use serde::{Deserialize, Serialize};
use std::num::ParseIntError;
use steadfast::versioned;

/// A limit was a text, then a number, then a structure, and also got another name in between.
#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Quota {
    #[changed(in = "2026-01-01", was(maximum: u32), upgrade = Limit::new, downgrade = Limit::number)]
    #[renamed(in = "2025-06-01", was(limit))]
    #[changed(in = "2025-01-01", was(limit: String), upgrade = parse_limit, downgrade = u32::to_string)]
    maximum: Limit,
}

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Limit {
    value: u32,
}

impl Limit {
    fn new(value: u32) -> Self {
        Self { value }
    }

    fn number(&self) -> u32 {
        self.value
    }
}

fn parse_limit(text: String) -> Result<u32, ParseIntError> {
    text.parse()
}

#[test]
fn changes_of_one_field_follow_each_other() {
    let quota = Quota { maximum: Limit { value: 7 } };
    for (version, text) in [
        ("2026-01-01", r#"{"maximum":{"value":7}}"#),
        ("2025-06-01", r#"{"maximum":7}"#),
        ("2025-01-01", r#"{"limit":7}"#),
        ("2024-01-01", r#"{"limit":"7"}"#),
    ] {
        assert_eq!(show(version, &quota), text);
        assert_eq!(read::<Quota>(version, text).unwrap(), quota);
    }
}

#[test]
fn an_upgrade_that_fails_says_why() {
    let error = read::<Quota>("2024-01-01", r#"{"limit":"seven"}"#).unwrap_err();
    assert!(error.to_string().starts_with("invalid digit found in string"), "{error}");
}

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Swapped {
    #[renamed(in = "2025-01-01", was(second))]
    first: u8,
    #[renamed(in = "2025-01-01", was(first))]
    second: u8,
}

#[test]
fn two_fields_swap_their_names_on_one_date() {
    let value = Swapped { first: 1, second: 2 };
    assert_eq!(show("2024-01-01", &value), r#"{"second":1,"first":2}"#);
    assert_eq!(read::<Swapped>("2024-01-01", r#"{"second":1,"first":2}"#).unwrap(), value);
}

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[changed(in = "2025-01-01", was(name: String), into(first, last), upgrade = split, downgrade = join)]
#[removed(in = "2025-01-01", was(fax: Option<String>), default)]
#[removed(in = "2024-06-01", was(telex: u8), default = 9)]
struct Person {
    id: u8,
    first: String,
    last: String,
}

fn split(name: String) -> Result<(String, String), &'static str> {
    let (first, last) = name.split_once(' ').ok_or("a name has two parts")?;
    Ok((first.to_owned(), last.to_owned()))
}

#[allow(clippy::ptr_arg, reason = "a downgrade borrows the columns as they are")]
fn join(first: &String, last: &String) -> String {
    format!("{first} {last}")
}

#[test]
fn one_column_becomes_several() {
    let person = Person { id: 1, first: "Ada".to_owned(), last: "Byron".to_owned() };
    assert_eq!(show("2025-01-01", &person), r#"{"id":1,"first":"Ada","last":"Byron"}"#);
    assert_eq!(show("2024-12-31", &person), r#"{"id":1,"name":"Ada Byron","fax":null}"#);
    assert_eq!(show("2024-01-01", &person), r#"{"id":1,"name":"Ada Byron","fax":null,"telex":9}"#);
    assert_eq!(read::<Person>("2024-07-01", r#"{"id":1,"name":"Ada Byron"}"#).unwrap(), person);
    let error = read::<Person>("2024-07-01", r#"{"id":1,"name":"Ada"}"#).unwrap_err();
    assert!(error.to_string().starts_with("a name has two parts"), "{error}");
}

/// The currency came before the amount was made of the two.
#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[added(in = "2024-06-01", into(currency), default = || "usd".to_owned())]
struct Price {
    #[changed(in = "2025-01-01", was(cents: i64, currency: String), upgrade = |cents, currency| (cents, currency), downgrade = |price| price.clone())]
    price: (i64, String),
    #[added(in = "2025-01-01", default = Tax::Included)]
    tax: Tax,
    #[added(in = "2025-01-01", default = Tax::usual)]
    usual_tax: Tax,
}

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Tax {
    Included,
    Extra,
}

impl Tax {
    fn usual() -> Self {
        Self::Extra
    }
}

#[test]
fn a_change_can_stand_between_columns_that_are_gone() {
    let price = Price { price: (5, "usd".to_owned()), tax: Tax::Included, usual_tax: Tax::Extra };
    assert_eq!(show("2025-01-01", &price), r#"{"price":[5,"usd"],"tax":"Included","usual_tax":"Extra"}"#);
    assert_eq!(show("2024-06-01", &price), r#"{"cents":5,"currency":"usd"}"#);
    assert_eq!(show("2024-01-01", &price), r#"{"cents":5}"#);
    assert_eq!(read::<Price>("2024-01-01", r#"{"cents":5}"#).unwrap(), price);
}

/// What became one field was one field before.
#[versioned]
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Range {
    #[changed(in = "2025-01-01", was(low: u8, high: u8), upgrade = |low, high| [low, high], downgrade = |range| (range[0], range[1]))]
    #[changed(in = "2024-06-01", was(#[serde(rename = "between")] text: String), upgrade = bounds, downgrade = |low, high| format!("{low}-{high}"))]
    range: [u8; 2],
}

fn bounds(text: String) -> Result<(u8, u8), String> {
    let bounds = text.split_once('-').and_then(|(low, high)| Some((low.parse().ok()?, high.parse().ok()?)));
    bounds.ok_or_else(|| format!("{text:?} is no range"))
}

#[test]
fn several_columns_can_come_from_one_again() {
    let range = Range { range: [1, 2] };
    for (version, text) in [
        ("2025-01-01", r#"{"range":[1,2]}"#),
        ("2024-06-01", r#"{"low":1,"high":2}"#),
        ("2024-01-01", r#"{"between":"1-2"}"#),
    ] {
        assert_eq!(show(version, &range), text);
        assert_eq!(read::<Range>(version, text).unwrap(), range);
    }
}

/// Requests are only read, responses only written: each needs its own direction.
#[versioned]
#[derive(Debug, Deserialize)]
struct NewPayment {
    #[changed(in = "2024-12-18", was(amount_cents: i64), upgrade = i64::unsigned_abs)]
    amount: u64,
    #[removed(in = "2024-12-18", was(channel: Option<String>))]
    note: Option<String>,
}

#[versioned]
#[derive(Debug, Serialize)]
struct Receipt {
    #[changed(in = "2024-12-18", was(total_cents: u64), downgrade = |total| total * 100)]
    total: u64,
    #[added(in = "2024-12-18")]
    paid: bool,
}

#[test]
fn one_direction_is_enough_for_types_that_go_one_way() {
    let new: NewPayment = read("2024-01-15", r#"{"amount_cents":-5,"channel":"web"}"#).unwrap();
    assert_eq!((new.amount, new.note), (5, None));
    assert_eq!(show("2024-01-15", &Receipt { total: 3, paid: true }), r#"{"total_cents":300}"#);
}

/// What generated code calls its variables does not hide what the user calls by the same name.
mod names {
    use super::super::{read, show};

    fn amount(cents: i64) -> i64 {
        cents / 100
    }

    fn cents(amount: &i64) -> i64 {
        amount * 100
    }

    fn upgrade(text: String) -> String {
        text + "!"
    }

    fn downgrade(text: &str) -> String {
        text.trim_end_matches('!').to_owned()
    }

    fn serializer() -> u8 {
        4
    }

    #[steadfast::versioned]
    #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
    struct Head {
        #[changed(in = "2025-01-01", was(cents: i64), upgrade = amount, downgrade = cents)]
        amount: i64,
        #[changed(in = "2025-01-01", was(old: String), upgrade = upgrade, downgrade = |text| downgrade(text))]
        r#type: String,
        #[added(in = "2025-01-01", default = serializer)]
        serializer: u8,
        #[renamed(in = "2025-01-01", was(r#in))]
        head: u8,
    }

    #[test]
    fn are_out_of_each_other_s_way() {
        let head = Head { amount: 3, r#type: "a!".to_owned(), serializer: 4, head: 1 };
        assert_eq!(show("2024-01-01", &head), r#"{"cents":300,"old":"a","in":1}"#);
        assert_eq!(read::<Head>("2024-01-01", r#"{"cents":300,"old":"a","in":1}"#).unwrap(), head);
    }
}

/// What is left out has the default of the version that it is left out in, through two changes of it.
#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Limited {
    #[changed(
        in = "2025-06-01",
        was(#[serde(default = "fifty")] limit: u32),
        upgrade = std::convert::identity,
        downgrade = u32::clone,
        lossless
    )]
    #[changed(
        in = "2025-01-01",
        was(#[serde(default)] limit: u32),
        upgrade = std::convert::identity,
        downgrade = u32::clone,
        lossless
    )]
    #[serde(default = "ten")]
    limit: u32,
}

fn fifty() -> u32 {
    50
}

fn ten() -> u32 {
    10
}

#[test]
fn what_is_left_out_has_the_default_of_its_version() {
    for (version, limit) in [("2024-01-01", 0), ("2025-01-01", 50), ("2025-06-01", 10)] {
        assert_eq!(read::<Limited>(version, "{}").unwrap(), Limited { limit }, "{version}");
        assert_eq!(read::<Limited>(version, r#"{"limit":7}"#).unwrap(), Limited { limit: 7 });
        assert_eq!(show(version, &Limited { limit: 7 }), r#"{"limit":7}"#);
    }
}
