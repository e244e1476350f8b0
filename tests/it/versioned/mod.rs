//! `#[versioned]`: what every version sees of a type.

#![allow(
    clippy::needless_pass_by_value,
    clippy::trivially_copy_pass_by_ref,
    clippy::option_option,
    clippy::struct_field_names,
    reason = "upgrades take columns as they are, downgrades borrow them"
)]

mod concurrency;
mod containers;
mod declared;
mod doubles;
mod enums;
mod failing;
mod history;
mod lifetimes;
mod older_writes;
mod open;
mod payment;
mod recursive;
mod replaced;
mod round_trip;
mod schema;
mod serde_attributes;
mod tags;
mod transparent;
mod tuples;

use serde::Serialize;
use serde::de::DeserializeOwned;
use steadfast::{Date, at_version};

/// The value as a version sees it.
fn show<T: Serialize>(version: &str, value: &T) -> String {
    at_version(date(version), || serde_json::to_string(value)).unwrap()
}

/// The value that a version sent.
fn read<T: DeserializeOwned>(version: &str, text: &str) -> Result<T, serde_json::Error> {
    at_version(date(version), || serde_json::from_str(text))
}

fn date(text: &str) -> Date {
    Date::parse(text).unwrap()
}
