//! The payment with a history: twenty changes in twenty-one versions, of four kinds that take turns.
//!
//! A field is renamed, a number becomes a string or a string a number, a text becomes two or two become one, a required
//! number is added.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::num::ParseIntError;
use steadfast::{ApiVersions, versioned};

#[derive(ApiVersions)]
pub(crate) enum Version {
    #[version("2024-01-01")]
    V2024_01,
    #[version("2024-02-01")]
    V2024_02,
    #[version("2024-03-01")]
    V2024_03,
    #[version("2024-04-01")]
    V2024_04,
    #[version("2024-05-01")]
    V2024_05,
    #[version("2024-06-01")]
    V2024_06,
    #[version("2024-07-01")]
    V2024_07,
    #[version("2024-08-01")]
    V2024_08,
    #[version("2024-09-01")]
    V2024_09,
    #[version("2024-10-01")]
    V2024_10,
    #[version("2024-11-01")]
    V2024_11,
    #[version("2024-12-01")]
    V2024_12,
    #[version("2025-01-01")]
    V2025_01,
    #[version("2025-02-01")]
    V2025_02,
    #[version("2025-03-01")]
    V2025_03,
    #[version("2025-04-01")]
    V2025_04,
    #[version("2025-05-01")]
    V2025_05,
    #[version("2025-06-01")]
    V2025_06,
    #[version("2025-07-01")]
    V2025_07,
    #[version("2025-08-01")]
    V2025_08,
    #[version("2025-09-01")]
    V2025_09,
}

pub(crate) const OLDEST_VERSION: &str = "2024-01-01";
pub(crate) const NEWEST_VERSION: &str = "2025-09-01";

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Payment {
    #[changed(in = "2024-04-01", was(series: String, number: String), upgrade = |series, number| join(&series, '-', &number), downgrade = |reference| halves(reference, '-'))]
    reference: String,
    #[changed(in = "2024-03-01", was(amount: i64), upgrade = to_decimal, downgrade = |decimal| to_cents(decimal))]
    #[changed(in = "2024-07-01", was(amount: String), upgrade = |decimal| from_decimal(&decimal), downgrade = |cents| to_decimal(*cents))]
    #[changed(in = "2024-11-01", was(amount: i64), upgrade = to_decimal, downgrade = |decimal| to_cents(decimal))]
    amount: String,
    #[renamed(in = "2024-02-01", was(unit))]
    currency: String,
    #[renamed(in = "2024-06-01", was(kind))]
    method: String,
    #[added(in = "2024-05-01", default = 2)]
    retries: u32,
    #[added(in = "2024-09-01", default = 3)]
    priority: u32,
    #[added(in = "2025-01-01", default = 17)]
    risk: u32,
    #[renamed(in = "2024-10-01", was(memo))]
    note: String,
    #[renamed(in = "2025-06-01", was(buyer))]
    customer: Customer,
    items: Vec<Item>,
    #[renamed(in = "2025-02-01", was(metadata))]
    labels: BTreeMap<String, String>,
}

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[changed(in = "2024-08-01", was(name: String), into(first_name, last_name), upgrade = |name| halves(&name, ' '), downgrade = |first, last| join(first, ' ', last))]
#[changed(in = "2024-12-01", was(first_name: String, last_name: String), into(full_name), upgrade = |one, two| join(&one, ' ', &two), downgrade = |text| halves(text, ' '))]
#[changed(in = "2025-04-01", was(full_name: String), into(given_name, family_name), upgrade = |name| halves(&name, ' '), downgrade = |first, last| join(first, ' ', last))]
struct Customer {
    given_name: String,
    family_name: String,
    email: String,
    address: Address,
}

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Address {
    #[changed(in = "2025-08-01", was(way: String, house: String), upgrade = |one, two| join(&one, ' ', &two), downgrade = |text| halves(text, ' '))]
    street: String,
    city: String,
    #[changed(in = "2025-03-01", was(postcode: u32), upgrade = |number| number.to_string(), downgrade = |text| text.parse().unwrap_or(0))]
    postcode: String,
    country: String,
}

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Item {
    sku: String,
    #[added(in = "2025-09-01", default = 1)]
    quantity: u32,
    #[changed(in = "2025-07-01", was(price: i64), upgrade = to_decimal, downgrade = |decimal| to_cents(decimal))]
    price: String,
    #[added(in = "2025-05-01", default = 25)]
    tax: u32,
}

fn to_decimal(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

fn to_cents(decimal: &str) -> i64 {
    let (whole, cents) = decimal.split_once('.').unwrap_or((decimal, "0"));
    whole.parse().unwrap_or(0) * 100 + cents.parse().unwrap_or(0)
}

fn from_decimal(decimal: &str) -> Result<i64, ParseIntError> {
    let (whole, cents) = decimal.split_once('.').unwrap_or((decimal, "0"));
    Ok(whole.parse::<i64>()? * 100 + cents.parse::<i64>()?)
}

fn halves(text: &str, at: char) -> (String, String) {
    let (one, two) = text.split_once(at).unwrap_or((text, ""));
    (one.to_owned(), two.to_owned())
}

fn join(one: &str, at: char, two: &str) -> String {
    let mut joined = String::with_capacity(one.len() + at.len_utf8() + two.len());
    joined.push_str(one);
    joined.push(at);
    joined.push_str(two);
    joined
}

/// A payment as the oldest version writes it.
pub(crate) const OLDEST: &str = concat!(
    r#"{"series":"INV","number":"417","amount":128950,"unit":"EUR","kind":"sepa","memo":"Spring order","#,
    r#""buyer":{"name":"Ingrid Solheim","email":"ingrid@harbour.example","address":{"way":"Havnegata","house":"1","#,
    r#""city":"Molde","postcode":9008,"country":"NO"}},"items":[{"sku":"frame-54","price":94000},"#,
    r#"{"sku":"wheel-700","price":14975},{"sku":"bell","price":5000}],"#,
    r#""metadata":{"channel":"web","desk":"b4","season":"spring"}}"#,
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payment;
    use std::collections::BTreeSet;
    use steadfast::{Date, at_version};

    fn read(version: Version, text: &str) -> Payment {
        at_version(version.date(), || serde_json::from_str(text)).unwrap()
    }

    fn show(version: Version, payment: &Payment) -> String {
        at_version(version.date(), || serde_json::to_string(payment)).unwrap()
    }

    #[test]
    fn every_version_has_a_shape_of_its_own_that_survives_a_round_trip() {
        let newest = read(Version::V2025_09, payment::NEWEST);
        assert_eq!(show(Version::V2025_09, &newest), payment::NEWEST);
        let shapes: BTreeSet<String> = Version::ALL
            .iter()
            .map(|&version| {
                let text = show(version, &newest);
                assert_eq!(show(version, &read(version, &text)), text);
                text
            })
            .collect();
        assert_eq!(shapes.len(), 21);
        assert_eq!(show(Version::V2024_01, &newest), OLDEST);
    }

    #[test]
    fn the_named_versions_are_the_ends_of_the_timeline() {
        let dates: Vec<Date> = Version::ALL.iter().map(|version| version.date()).collect();
        assert_eq!(dates.first().unwrap().to_string(), OLDEST_VERSION);
        assert_eq!(dates.last().unwrap().to_string(), NEWEST_VERSION);
    }
}
