//! Types that break what they claim.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steadfast::testing::laws;
use steadfast::testing::proptest::prelude::*;
use steadfast::{Date, versioned};

/// It claims to lose nothing, and loses the cents.
#[versioned]
#[derive(Debug, Serialize, Deserialize)]
struct Order {
    #[changed(in = "2024-12-18", was(euros: u64), upgrade = cents, downgrade = euros, lossless)]
    cents: u64,
    // What is defaulted beside it excuses nothing.
    #[added(in = "2025-09-30", default)]
    priority: u8,
}

fn cents(euros: u64) -> u64 {
    euros.saturating_mul(100)
}

fn euros(cents: &u64) -> u64 {
    cents / 100
}

#[test]
#[should_panic(expected = "`cents` is claimed to be lossless, but 1 came back as 0")]
fn a_claim_that_does_not_hold_is_found_and_made_small() {
    laws::hold((1..100_u64, 0..3_u8).prop_map(|(cents, priority)| Order { cents, priority }));
}

#[test]
fn what_is_defaulted_may_be_lost() {
    assert!(laws::check(&Order { cents: 100, priority: 7 }).is_ok());
    let broken = laws::check(&Order { cents: 150, priority: 7 }).unwrap_err().to_string();
    assert!(
        broken.ends_with(
            "Order`, the shape before 2024-12-18: `cents` is claimed to be lossless, but 150 came back as 100"
        ),
        "{broken}"
    );
}

/// It claims that what older clients send comes back to them.
#[versioned]
#[derive(Debug, Serialize, Deserialize)]
struct Name {
    #[changed(in = "2024-12-18", was(name: String), upgrade = trimmed, downgrade = String::clone, lossless)]
    full_name: String,
}

fn trimmed(name: String) -> String {
    name.trim().to_owned()
}

#[test]
fn what_an_older_client_sent_is_a_case_of_its_own() {
    assert!(laws::check(&Name { full_name: "A".to_owned() }).is_ok());
    let date = Date::parse("2024-01-15").unwrap();
    assert!(laws::check_old::<Name>(date, r#"{"name":"A"}"#).is_ok());
    let broken = laws::check_old::<Name>(date, r#"{"name":" A"}"#).unwrap_err().to_string();
    assert!(
        broken.ends_with(
            "the shape of 2024-01-15: `name` is claimed to be lossless, but \" A\" came back as \"A\""
        ),
        "{broken}"
    );
    let broken = laws::check_old::<Name>(date, "{}").unwrap_err().to_string();
    assert!(broken.contains("{} cannot be read: missing field `name`"), "{broken}");
}

/// It claims nothing, and yet every round changes it.
#[versioned]
#[derive(Debug, Serialize, Deserialize)]
struct Counter {
    #[changed(in = "2024-12-18", was(count: u64), upgrade = one_more, downgrade = u64::clone)]
    counted: u64,
}

fn one_more(count: u64) -> u64 {
    count + 1
}

#[test]
fn a_lossy_change_settles_after_one_round() {
    let broken = laws::check(&Counter { counted: 1 }).unwrap_err().to_string();
    assert!(
        broken.ends_with(
            r#"a value does not settle: after one round it is {"counted":2}, after two {"counted":3}"#
        ),
        "{broken}"
    );
    let date = Date::parse("2024-01-15").unwrap();
    let broken = laws::check_old::<Counter>(date, r#"{"count":1}"#).unwrap_err().to_string();
    assert!(broken.contains("a body does not settle"), "{broken}");
}

/// Its downgrade says what its upgrade refuses.
#[versioned]
#[derive(Debug, Serialize, Deserialize)]
struct Share {
    #[changed(in = "2024-12-18", was(percent: u8), upgrade = fraction, downgrade = percent)]
    thousandths: u16,
}

fn fraction(percent: u8) -> Result<u16, &'static str> {
    if percent <= 100 { Ok(u16::from(percent) * 10) } else { Err("more than all") }
}

fn percent(thousandths: &u16) -> u8 {
    u8::try_from(thousandths / 10).unwrap_or(u8::MAX)
}

#[test]
fn what_is_written_can_be_read() {
    assert!(laws::check(&Share { thousandths: 1000 }).is_ok());
    let broken = laws::check(&Share { thousandths: 2000 }).unwrap_err().to_string();
    assert!(broken.contains(r#"{"percent":200} cannot be read: more than all"#), "{broken}");
}

/// What it was is not what its schema says.
#[versioned]
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct Described {
    #[changed(in = "2024-12-18", was(#[schemars(with = "u64")] total: String), upgrade = parsed, downgrade = u64::to_string)]
    total: u64,
}

fn parsed(total: String) -> Result<u64, std::num::ParseIntError> {
    total.parse()
}

laws!(
    #[should_panic(expected = r#"the shape before 2024-12-18: {"total":"0"} is not what its schema says: `/total`"#)]
    a_schema_that_lies_is_found: Described,
    (0..9_u64).prop_map(|total| Described { total })
);

#[test]
fn one_value_can_be_tried_against_the_schemas() {
    let broken = laws::Schemas::of::<Described>().unwrap().check(&Described { total: 5 }).unwrap_err();
    let broken = broken.to_string();
    let expected = r#"the shape before 2024-12-18: {"total":"5"} is not what its schema says: `/total`"#;
    assert!(broken.contains(expected), "{broken}");
}
