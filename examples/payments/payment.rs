//! Payments, and what they looked like in every version.
//!
//! Each field is written as it is today. The attributes above it say what it was before, and from them come the older
//! shapes, for requests and for responses.

use crate::metadata::Metadata;
use crate::money::Money;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use steadfast::versioned;

/// A payment as its merchant sees it.
#[versioned]
#[derive(Debug, Clone, Serialize)]
pub struct Payment {
    pub id: String,

    /// Amounts carry their currency.
    #[changed(in = "2024-12-18", was(amount_cents: i64, currency: String), downgrade = Money::to_parts)]
    pub amount: Money,

    #[renamed(in = "2026-12-01", was(customer))]
    pub customer_id: String,

    #[removed(in = "2024-12-18", was(legacy_ref: String), downgrade = Payment::legacy_ref)]
    #[changed(in = "2025-09-30", was(status: EarlierStatus), downgrade = EarlierStatus::from)]
    pub status: Status,

    #[added(in = "2025-09-30")]
    pub priority: Priority,

    pub created_at: DateTime<Utc>,
    #[opaque]
    pub metadata: Metadata,
}

impl Payment {
    /// The reference of the system before this one, which clients of 2024-01-15 still print on receipts.
    fn legacy_ref(&self) -> String {
        format!("L-{}", self.id)
    }
}

/// The body of `POST /payments`. A retry at another version is compared as it is written, and so it can be written.
#[versioned]
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewPayment {
    #[changed(
        in = "2024-12-18",
        was(amount_cents: i64, #[serde(default = "Money::default_currency")] currency: String),
        upgrade = Money::from_parts,
        downgrade = Money::to_parts
    )]
    pub amount: Money,

    #[renamed(in = "2026-12-01", was(customer))]
    pub customer_id: String,

    #[added(in = "2025-09-30", default)]
    #[serde(default)]
    pub priority: Priority,

    #[serde(default)]
    #[opaque]
    pub metadata: Metadata,
}

/// Where a payment stands.
#[versioned]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Succeeded,
    /// The customer has to confirm it.
    RequiresAction,
    Canceled,
}

/// [`Status`] before 2025-09-30, when `requires_action` was added: clients of that time do not know the word.
#[versioned]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum EarlierStatus {
    Succeeded,
    Pending,
    Canceled,
}

impl From<&Status> for EarlierStatus {
    fn from(status: &Status) -> Self {
        match status {
            Status::Succeeded => Self::Succeeded,
            Status::RequiresAction => Self::Pending,
            Status::Canceled => Self::Canceled,
        }
    }
}

impl Status {
    /// How a new payment of this customer stands.
    pub fn for_customer(customer_id: &str) -> Self {
        if customer_id.starts_with("3ds_") { Self::RequiresAction } else { Self::Succeeded }
    }

    /// The name in the ledger.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::RequiresAction => "requires_action",
            Self::Canceled => "canceled",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        [Self::Succeeded, Self::RequiresAction, Self::Canceled]
            .into_iter()
            .find(|status| status.name() == name)
    }
}

/// How soon a payment is settled.
#[versioned]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    #[default]
    Normal,
    High,
}

impl Priority {
    /// The name in the ledger.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::High => "high",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        [Self::Normal, Self::High].into_iter().find(|priority| priority.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::from_str;
    use steadfast::{Date, at_version};

    /// Every shape can be had without a request.
    #[test]
    fn a_payment_of_2024_01_15_is_in_dollars_unless_it_says_otherwise() {
        let first = Date::parse("2024-01-15").unwrap();
        let body = r#"{"amount_cents":1000,"customer":"cus_1"}"#;
        let new: NewPayment = at_version(first, || from_str(body)).unwrap();
        assert_eq!(new.amount, Money::from_parts(1000, "usd".to_owned()));
        assert_eq!((new.customer_id.as_str(), new.priority), ("cus_1", Priority::Normal));
    }
}
