#![no_implicit_prelude]
#![deny(warnings)]

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

fn main() {
    let date = ::steadfast::Date::from_ymd(2024, 1, 1).unwrap();
    let text = r#"{"amountCents":3,"customer":1,"legacyRef":2}"#;
    let payment: Payment<u8> = ::steadfast::at_version(date, || ::serde_json::from_str(text)).unwrap();
    ::std::assert_eq!(payment.customer_id, 1);
    let text = ::serde_json::to_string(&payment).unwrap();
    ::std::assert_eq!(text, r#"{"amount":3,"customerId":1,"priority":0}"#);
}
