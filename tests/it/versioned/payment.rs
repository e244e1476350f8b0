//! The payment of the example, at each of its versions.

use super::{read, show};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::cell::Cell;
use std::collections::BTreeMap;
use steadfast::versioned;

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(super) struct Money {
    pub(super) value: i64,
    pub(super) currency: String,
}

thread_local! {
    static DOWNGRADES: Cell<u32> = const { Cell::new(0) };
}

impl Money {
    fn from_parts(value: i64, currency: String) -> Self {
        Self { value, currency }
    }

    fn to_parts(&self) -> (i64, String) {
        DOWNGRADES.set(DOWNGRADES.get() + 1);
        (self.value, self.currency.clone())
    }
}

fn usd() -> String {
    "usd".to_owned()
}

#[versioned]
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Status {
    Succeeded,
    Pending,
    RequiresAction,
}

#[versioned]
#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum EarlierStatus {
    Succeeded,
    Pending,
}

impl From<EarlierStatus> for Status {
    fn from(earlier: EarlierStatus) -> Self {
        match earlier {
            EarlierStatus::Succeeded => Self::Succeeded,
            EarlierStatus::Pending => Self::Pending,
        }
    }
}

impl Status {
    fn earlier(&self) -> EarlierStatus {
        match self {
            Self::Succeeded => EarlierStatus::Succeeded,
            Self::Pending | Self::RequiresAction => EarlierStatus::Pending,
        }
    }
}

#[versioned]
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Priority {
    #[default]
    Normal,
    High,
}

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) struct Payment {
    pub(super) id: String,
    /// Amounts carry their currency.
    #[changed(
        in = "2024-12-18",
        was(amount_cents: i64, #[serde(default = "usd")] currency: String),
        upgrade = Money::from_parts,
        downgrade = Money::to_parts,
    )]
    pub(super) amount: Money,
    #[renamed(in = "2026-12-01", was(customer))]
    pub(super) customer_id: String,
    #[removed(
        in = "2024-12-18",
        was(#[serde(default)] legacy_ref: String),
        downgrade = Payment::legacy_ref,
    )]
    #[changed(in = "2025-09-30", was(status: EarlierStatus), upgrade = Status::from, downgrade = Status::earlier)]
    pub(super) status: Status,
    #[added(in = "2025-09-30", default)]
    #[serde(default)]
    pub(super) priority: Priority,
    pub(super) created_at: String,
    #[serde(default)]
    pub(super) metadata: BTreeMap<String, String>,
}

impl Payment {
    fn legacy_ref(&self) -> String {
        format!("L-{}", self.id)
    }
}

pub(super) fn payment() -> Payment {
    Payment {
        id: "pay_1".to_owned(),
        amount: Money { value: 1000, currency: usd() },
        customer_id: "cus_1".to_owned(),
        status: Status::Succeeded,
        priority: Priority::Normal,
        created_at: "2026-11-21T09:00:00Z".to_owned(),
        metadata: BTreeMap::new(),
    }
}

pub(super) const SHAPES: [(&str, &str); 4] = [
    (
        "2024-01-15",
        r#"{"id":"pay_1","amount_cents":1000,"currency":"usd","customer":"cus_1","legacy_ref":"L-pay_1","status":"succeeded","created_at":"2026-11-21T09:00:00Z","metadata":{}}"#,
    ),
    (
        "2024-12-18",
        r#"{"id":"pay_1","amount":{"value":1000,"currency":"usd"},"customer":"cus_1","status":"succeeded","created_at":"2026-11-21T09:00:00Z","metadata":{}}"#,
    ),
    (
        "2025-09-30",
        r#"{"id":"pay_1","amount":{"value":1000,"currency":"usd"},"customer":"cus_1","status":"succeeded","priority":"normal","created_at":"2026-11-21T09:00:00Z","metadata":{}}"#,
    ),
    (
        "2026-12-01",
        r#"{"id":"pay_1","amount":{"value":1000,"currency":"usd"},"customer_id":"cus_1","status":"succeeded","priority":"normal","created_at":"2026-11-21T09:00:00Z","metadata":{}}"#,
    ),
];

#[test]
fn every_version_shows_and_reads_its_own_shape() {
    for (version, text) in SHAPES {
        assert_eq!(show(version, &payment()), text, "{version}");
        assert_eq!(read::<Payment>(version, text).unwrap(), payment(), "{version}");
    }
    assert_eq!(serde_json::to_string(&payment()).unwrap(), SHAPES[3].1);
    assert_eq!(serde_json::from_str::<Payment>(SHAPES[3].1).unwrap(), payment());
}

#[test]
fn a_shape_lasts_until_the_day_before_the_change() {
    assert_eq!(show("2024-12-17", &payment()), SHAPES[0].1);
    assert_eq!(show("2025-09-29", &payment()), SHAPES[1].1);
    assert_eq!(show("2026-11-30", &payment()), SHAPES[2].1);
}

#[test]
fn the_default_of_an_old_column_is_the_old_version_s() {
    let text = r#"{"id":"pay_1","amount_cents":1000,"customer":"cus_1","status":"succeeded","created_at":"2026-11-21T09:00:00Z"}"#;
    assert_eq!(read::<Payment>("2024-01-15", text).unwrap(), payment());
    let error = read::<Payment>("2024-01-15", &text.replace("1000", "null")).unwrap_err();
    assert!(error.to_string().starts_with("invalid type: null, expected i64"), "{error}");
}

#[test]
fn an_old_version_does_not_know_the_new_shape() {
    let error = read::<Payment>("2024-01-15", SHAPES[1].1).unwrap_err();
    assert!(error.to_string().starts_with("missing field `amount_cents`"), "{error}");
    let error = read::<Payment>("2026-12-01", SHAPES[0].1).unwrap_err();
    assert!(error.to_string().starts_with("missing field `amount`"), "{error}");
    let error = read::<Payment>("2024-01-15", "7").unwrap_err();
    assert!(error.to_string().starts_with("invalid type: integer `7`, expected struct Payment"), "{error}");
}

#[test]
fn what_an_older_version_cannot_say_becomes_what_it_can() {
    let action = Payment { status: Status::RequiresAction, ..payment() };
    assert!(show("2025-09-30", &action).contains(r#""status":"requires_action""#));
    assert!(show("2024-12-18", &action).contains(r#""status":"pending""#));
}

#[test]
fn a_downgrade_runs_once_for_all_the_columns_it_gives() {
    DOWNGRADES.set(0);
    let _ = show("2024-01-15", &payment());
    assert_eq!(DOWNGRADES.get(), 1);
    let _ = show("2024-12-18", &payment());
    assert_eq!(DOWNGRADES.get(), 1);
}
