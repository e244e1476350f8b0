use crate::errors::ApiError;
use serde::{Deserialize, Serialize};
use steadfast::versioned;

/// An amount in the smallest unit of its currency.
#[versioned]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    pub value: i64,
    pub currency: String,
}

impl Money {
    /// From the two fields that 2024-01-15 sends.
    pub fn from_parts(value: i64, currency: String) -> Self {
        Self { value, currency }
    }

    /// The two fields that 2024-01-15 shows.
    pub fn to_parts(&self) -> (i64, String) {
        (self.value, self.currency.clone())
    }

    /// The currency of a payment of 2024-01-15 that does not say.
    pub fn default_currency() -> String {
        "usd".to_owned()
    }

    /// The amount, if it can be charged.
    pub fn checked(self) -> Result<Self, ApiError> {
        if self.value <= 0 {
            return Err(ApiError::InvalidAmount);
        }
        if self.currency.len() != 3 || !self.currency.bytes().all(|byte| byte.is_ascii_lowercase()) {
            return Err(ApiError::InvalidCurrency);
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_charged() {
        for (value, currency, chargeable) in [
            (1, "usd", true),
            (i64::MAX, "eur", true),
            (0, "usd", false),
            (-1, "usd", false),
            (1, "", false),
            (1, "USD", false),
            (1, "euro", false),
            (1, "u5d", false),
        ] {
            let money = Money::from_parts(value, currency.to_owned());
            assert_eq!(money.checked().is_ok(), chargeable, "{value} {currency:?}");
        }
    }
}
