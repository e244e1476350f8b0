#![no_implicit_prelude]
#![deny(warnings)]
#![allow(missing_docs)]

mod std {}
mod core {}
mod serde {}

#[allow(dead_code)]
struct Result;
#[allow(dead_code)]
struct Option;

#[::steadfast::versioned]
#[derive(::serde::Serialize, ::serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payment<T> {
    #[changed(in = "2024-12-18", was(amount_cents: i64), upgrade = upgrade, downgrade = downgrade)]
    amount: u64,
    #[renamed(in = "2026-12-01", was(customer))]
    customer_id: T,
    #[removed(in = "2024-12-18", was(legacy_ref: u8), default)]
    #[added(in = "2025-09-30", default)]
    priority: u8,
}

fn upgrade(cents: i64) -> ::std::result::Result<u64, ::std::num::TryFromIntError> {
    ::std::convert::TryFrom::try_from(cents)
}

fn downgrade(amount: &u64) -> i64 {
    amount.cast_signed()
}

#[::steadfast::versioned]
#[derive(::serde::Serialize)]
struct Card<T> {
    #[sensitive]
    #[serde(skip_serializing_if = "::std::vec::Vec::is_empty")]
    #[renamed(in = "2026-12-01", was(pans))]
    numbers: ::std::vec::Vec<T>,
    #[sensitive]
    #[serde(rename(serialize = "pin"), skip_serializing_if = "::std::option::Option::is_none")]
    secret: ::std::option::Option<T>,
}

#[::steadfast::versioned]
#[derive(::serde::Serialize)]
struct Wallet {
    #[changed(in = "2026-12-01", was(count: u8), downgrade = count)]
    card: Card<u8>,
}

fn count(card: &Card<u8>) -> u8 {
    card.numbers[0]
}

#[::steadfast::versioned]
#[derive(::serde::Serialize)]
#[allow(dead_code)]
enum Shown<T> {
    One {
        #[sensitive]
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        card: ::std::option::Option<T>,
    },
    #[added(in = "2026-12-01", downgrade = one)]
    Two(Card<u8>),
}

fn one<T>(_: &Shown<T>) -> Shown<T> {
    Shown::One { card: ::std::option::Option::None }
}

// Of one letter, as the parameters of what is generated are.
#[::steadfast::versioned]
#[derive(::serde::Serialize, ::serde::Deserialize)]
enum D {
    #[renamed(in = "2026-12-01", was(Old))]
    New,
}

#[::steadfast::versioned]
#[derive(::serde::Serialize, ::serde::Deserialize)]
struct S {
    #[renamed(in = "2026-12-01", was(old))]
    new: D,
    #[serde(skip_serializing, default)]
    hint: u8,
}

fn main() {
    let date = ::steadfast::Date::from_ymd(2024, 1, 1).unwrap();
    let text = r#"{"amountCents":3,"customer":1,"legacyRef":2}"#;
    let payment: Payment<u8> = ::steadfast::at_version(date, || ::serde_json::from_str(text)).unwrap();
    ::std::assert_eq!(payment.customer_id, 1);
    let text = ::serde_json::to_string(&payment).unwrap();
    ::std::assert_eq!(text, r#"{"amount":3,"customerId":1,"priority":0}"#);
    let card = || Card { numbers: ::std::vec![1], secret: ::std::option::Option::None };
    let text = |version| {
        ::steadfast::at_version(version, || ::serde_json::to_string(&Wallet { card: card() }).unwrap())
    };
    ::std::assert_eq!(text(date), r#"{"count":1}"#);
    let seen = S { new: D::New, hint: 0 };
    let text = ::steadfast::at_version(date, || ::serde_json::to_string(&seen).unwrap());
    ::std::assert_eq!(text, r#"{"old":"Old"}"#);
    ::std::assert_eq!(seen.hint, 0);
    let text = ::serde_json::to_string(&Shown::<u8>::Two(card())).unwrap();
    ::std::assert_eq!(text, r#"{"Two":{"numbers":[1]}}"#);
}
