use crate::money::Money;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use steadfast::versioned;

/// Money given back. It has looked the same since refunds exist, so no field has a history.
#[versioned]
#[derive(Debug, Clone, Serialize)]
pub struct Refund {
    pub id: String,
    /// The payment it belongs to.
    pub payment: String,
    pub amount: Money,
    pub created_at: DateTime<Utc>,
}

/// The body of `POST /payments/{id}/refunds`.
#[versioned]
#[derive(Debug, Deserialize)]
pub struct NewRefund {
    /// Absent: all that is left.
    pub amount: Option<Money>,
}
