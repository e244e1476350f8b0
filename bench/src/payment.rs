//! The body of every call: 544 bytes, of the kinds of value that payments are made of.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Payment {
    reference: String,
    amount: String,
    currency: String,
    method: String,
    retries: u32,
    statement: String,
    customer: Customer,
    items: Vec<Item>,
    labels: BTreeMap<String, String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Customer {
    given_name: String,
    family_name: String,
    email: String,
    address: Address,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Address {
    street: String,
    city: String,
    postcode: String,
    country: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Item {
    sku: String,
    quantity: u32,
    unit_price: String,
}

/// A payment as the newest version writes it, in one line and in the order of the fields.
pub(crate) const NEWEST: &str = concat!(
    r#"{"reference":"INV-2031-00417","amount":"1289.50","currency":"EUR","method":"sepa_debit","retries":2,"#,
    r#""statement":"Harbour spring order","customer":{"given_name":"Ingrid","family_name":"Solheim","#,
    r#""email":"ingrid.solheim@harbour.example","address":{"street":"Havnegata 12","city":"Molde","#,
    r#""postcode":"9008","country":"NO"}},"items":[{"sku":"frame-54-blue","quantity":1,"unit_price":"940.00"},"#,
    r#"{"sku":"wheel-700c","quantity":2,"unit_price":"149.75"},{"sku":"bell-brass","quantity":1,"#,
    r#""unit_price":"50.00"}],"labels":{"channel":"web","season":"spring"}}"#,
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_payment_is_544_bytes_and_survives_a_round_trip() {
        let payment: Payment = serde_json::from_str(NEWEST).unwrap();
        assert_eq!(NEWEST.len(), 544);
        assert_eq!(serde_json::to_string(&payment).unwrap(), NEWEST);
    }
}
