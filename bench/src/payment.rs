//! The body of every call: 544 bytes, of the kinds of value that payments are made of.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use steadfast::versioned;

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Payment {
    reference: String,
    amount: String,
    currency: String,
    method: String,
    retries: u32,
    priority: u32,
    risk: u32,
    note: String,
    customer: Customer,
    items: Vec<Item>,
    labels: BTreeMap<String, String>,
}

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Customer {
    given_name: String,
    family_name: String,
    email: String,
    address: Address,
}

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Address {
    street: String,
    city: String,
    postcode: String,
    country: String,
}

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Item {
    sku: String,
    quantity: u32,
    price: String,
    tax: u32,
}

/// A payment as the newest version writes it, in one line and in the order of the fields.
pub(crate) const NEWEST: &str = concat!(
    r#"{"reference":"INV-417","amount":"1289.50","currency":"EUR","method":"sepa","retries":2,"priority":3,"#,
    r#""risk":17,"note":"Spring order","customer":{"given_name":"Ingrid","family_name":"Solheim","#,
    r#""email":"ingrid@harbour.example","address":{"street":"Havnegata 1","city":"Molde","postcode":"9008","#,
    r#""country":"NO"}},"items":[{"sku":"frame-54","quantity":1,"price":"940.00","tax":25},"#,
    r#"{"sku":"wheel-700","quantity":2,"price":"149.75","tax":25},"#,
    r#"{"sku":"bell","quantity":1,"price":"50.00","tax":12}],"#,
    r#""labels":{"channel":"web","desk":"b4","season":"spring"}}"#,
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
