//! A user's strict crate: the expansion warns of nothing, and no import of a derive becomes unused.
#![deny(
    warnings,
    unused,
    rust_2018_idioms,
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    unused_qualifications,
    single_use_lifetimes,
    unused_lifetimes
)]

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use steadfast::versioned;

/// A payment.
#[versioned]
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub struct Payment<T> {
    /// Where it is.
    #[renamed(in = "2026-12-01", was(place))]
    pub location: T,
    /// How often.
    #[deprecated]
    #[removed(in = "2025-12-01", was(more: u8), default)]
    #[schemars(range(min = 1))]
    pub times: u8,
    #[changed(in = "2025-12-01", was(r#type: String), upgrade = String::into_bytes, downgrade = text)]
    kind: Vec<u8>,
}

fn text(kind: &Vec<u8>) -> String {
    String::from_utf8_lossy(kind).into_owned()
}

/// Only sent.
#[versioned]
#[derive(Debug, Serialize, JsonSchema)]
pub struct Receipt {
    #[added(in = "2025-12-01")]
    id: u8,
}

/// Only received.
#[versioned]
#[derive(Debug, Deserialize)]
pub struct Request {
    #[removed(in = "2025-12-01", was(memo: String))]
    /// Any.
    pub id: u8,
}

/// Told once.
#[versioned]
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Secret<T> {
    #[sensitive]
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    /// Of any type.
    #[sensitive]
    #[serde(rename(serialize = "it", deserialize = "it"), skip_serializing_if = "Vec::is_empty", default)]
    pub items: Vec<T>,
}

/// What holds it.
#[versioned]
#[derive(Debug, Serialize, JsonSchema)]
pub struct Holder {
    #[changed(in = "2025-12-01", was(length: usize), downgrade = length)]
    secret: Secret<u8>,
}

fn length(secret: &Secret<u8>) -> usize {
    secret.items.len()
}

/// As a variant.
#[versioned]
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub enum Next {
    /// It is.
    Done,
    /// It is not.
    Open {
        /// Told once.
        #[sensitive]
        #[serde(skip_serializing_if = "Option::is_none")]
        token: Option<String>,
    },
}

fn main() {}
