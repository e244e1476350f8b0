//! A check is no change of a shape: nothing is tried for it, and it must hold of the values that are tried.

use serde::{Deserialize, Serialize};
use steadfast::testing::{Exercised, laws};
use steadfast::{at_version, versioned};

#[versioned]
#[derive(Debug, Serialize, Deserialize)]
struct Order {
    #[renamed(in = "2024-12-18", was(euros))]
    #[constrained(in = "2025-09-30", check = positive)]
    amount: i64,
}

fn positive(amount: &i64) -> Result<(), &'static str> {
    if *amount > 0 { Ok(()) } else { Err("must be positive") }
}

#[test]
fn the_laws_are_those_of_the_shapes() {
    let shapes = laws::older_shapes(&Order { amount: 0 }).unwrap();
    assert_eq!(shapes.len(), 1);
    assert!(laws::check(&Order { amount: 0 }).is_ok());

    let read = |version: &str, text| {
        at_version(version.parse().unwrap(), || serde_json::from_str::<Order>(text)).map(|order| order.amount)
    };
    assert_eq!(read("2024-01-15", r#"{"euros":0}"#).unwrap(), 0);
    assert_eq!(read("2024-12-18", r#"{"amount":0}"#).unwrap(), 0);
    assert_eq!(read("2025-09-30", r#"{"amount":1}"#).unwrap(), 1);
    let refused = read("2025-09-30", r#"{"amount":0}"#).unwrap_err();
    assert!(refused.to_string().starts_with("must be positive"), "{refused}");
    assert!(serde_json::from_str::<Order>(r#"{"amount":0}"#).is_err());
    assert_eq!(serde_json::to_string(&Order { amount: 0 }).unwrap(), r#"{"amount":0}"#);

    assert!(Exercised::new().of::<Order>().check().is_ok());
}
