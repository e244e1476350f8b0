//! An API with one of everything that a changelog tells.

use axum::extract::Path;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use steadfast::{
    ApiVersions, Change, Created, Endpoints, Versioned, api_version, endpoints, get, post, versioned,
};

#[derive(ApiVersions)]
pub(crate) enum Version {
    #[version(
        "2024-01-15",
        alias = "v1",
        deprecated = "2024-12-18",
        sunset = "2025-07-01",
        guide = "https://example.com/leave-v1"
    )]
    V2024_01_15,
    #[version("2024-12-18", alias = "v2", deprecated = "2025-09-30", sunset = "2026-07-01")]
    V2024_12_18,
    #[version("2025-09-30", alias = "v3")]
    V2025_09_30,
    #[version("2026-12-01", alias = "v4", preview)]
    V2026_12_01,
}

/// Ids have 32 characters.
/// They had 16.
#[derive(Change)]
#[change(Version, in = "2025-09-30")]
pub(crate) struct LongIds;

#[derive(Change)]
#[change(Version, in = "2024-12-18", note = "Refunds settle at once.")]
pub(crate) struct RefundsSettle;

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Payment {
    #[changed(
        in = "2024-12-18",
        was(amount_cents: i64, #[serde(rename = "iso")] currency: String),
        upgrade = Money::from_parts,
        downgrade = Money::to_parts,
        lossless,
        note = "Amounts carry their currency.\nCents are no more.",
    )]
    pub(crate) amount: Money,
    #[renamed(in = "2025-09-30", was(customer))]
    pub(crate) customer_id: String,
    #[removed(in = "2024-12-18", was(legacy_ref: String, legacy_code: u8), downgrade = Payment::legacy)]
    #[added(in = "2025-09-30", default)]
    pub(crate) priority: u8,
    pub(crate) card: Option<Card>,
}

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Card {
    #[changed(in = "2026-12-01", was(expiry: String), upgrade = month, downgrade = day, lossy = "the day is not kept")]
    pub(crate) expires: String,
}

#[versioned]
#[derive(Serialize, Deserialize)]
struct Receipt {
    #[renamed(in = "2025-09-30", was(text))]
    lines: Vec<String>,
}

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Money {
    pub(crate) value: i64,
    pub(crate) currency: String,
}

impl Money {
    fn from_parts(value: i64, currency: String) -> Self {
        Self { value, currency }
    }

    fn to_parts(&self) -> (i64, String) {
        (self.value, self.currency.clone())
    }
}

impl Payment {
    fn legacy(&self) -> (String, u8) {
        (format!("L-{}", self.customer_id), self.priority)
    }
}

#[allow(clippy::needless_pass_by_value, reason = "upgrades take columns as they are")]
fn month(expiry: String) -> String {
    expiry.chars().take(7).collect()
}

fn day(expires: &str) -> String {
    format!("{}-01", month(expires.to_owned()))
}

#[post("/payments")]
#[api_version(since = "2024-01-15")]
async fn pay(Versioned(payment): Versioned<Payment>) -> Created<Versioned<Payment>> {
    Created::at("/payments/1", Versioned(payment))
}

mod first {
    use super::*;

    #[get("/payments/{id}")]
    #[api_version(since = "2024-01-15", until = "2025-09-30")]
    pub(crate) async fn payment(Path(_): Path<String>) -> Result<Versioned<Payment>, StatusCode> {
        Err(StatusCode::NOT_FOUND)
    }

    #[post("/refund")]
    #[api_version(since = "2024-01-15", until = "2024-12-18")]
    pub(crate) async fn refund() {}

    #[get("/report")]
    #[api_version(since = "2024-01-15", until = "2024-12-18")]
    pub(crate) async fn report() {}
}

#[get("/payments/{payment_id}")]
#[api_version(since = "2025-09-30")]
async fn payment(Path(_): Path<String>) -> Result<Versioned<Payment>, StatusCode> {
    Err(StatusCode::NOT_FOUND)
}

#[post("/refunds")]
#[api_version(
    since = "2024-12-18",
    deprecated = "2026-01-01",
    sunset = "2027-01-01",
    changed(in = "2025-09-30", status(202, was = 200), note = "Refunds are queued.")
)]
async fn refund() {}

#[get("/report")]
#[api_version(since = "2025-09-30", gap)]
async fn report() -> Versioned<Receipt> {
    Versioned(Receipt { lines: Vec::new() })
}

#[get("/health")]
#[api_version(neutral)]
async fn health() {}

pub(crate) fn endpoints() -> Endpoints<Version, (), 0> {
    endpoints![Version; pay, first::payment, first::refund, first::report, payment, refund, report, health]
}
