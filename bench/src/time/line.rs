//! A line of an order as six versions write it, by hand: what a careful team writes without a framework.
//!
//! Of fifty versions five change the line; the newest of those changes is one version away from the head.

use serde::{Deserialize, Serialize};
use steadfast::versioned;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Order<L> {
    pub(super) id: u64,
    pub(super) items: Vec<L>,
}

impl<L> Order<L> {
    pub(super) fn map<M>(self, convert: impl Fn(L) -> M) -> Order<M> {
        Order { id: self.id, items: self.items.into_iter().map(convert).collect() }
    }
}

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Money {
    pub(super) value: i64,
    pub(super) currency: String,
}

/// The newest shape.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Line {
    pub(super) sku_code: String,
    pub(super) title: String,
    pub(super) quantity: u32,
    pub(super) unit_price: Money,
    pub(super) priority: u8,
    pub(super) note: Option<String>,
}

/// Before prices carried their currency.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Line4 {
    sku_code: String,
    title: String,
    quantity: u32,
    unit_price_cents: i64,
    priority: u8,
    note: Option<String>,
}

/// Before lines had a priority.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Line3 {
    sku_code: String,
    title: String,
    quantity: u32,
    unit_price_cents: i64,
    note: Option<String>,
}

/// Before `sku` was renamed to `sku_code`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Line2 {
    sku: String,
    title: String,
    quantity: u32,
    unit_price_cents: i64,
    note: Option<String>,
}

/// Before quantities were numbers.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Line1 {
    sku: String,
    title: String,
    quantity: String,
    unit_price_cents: i64,
    note: Option<String>,
}

/// Before `description` was renamed to `title`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Line0 {
    sku: String,
    description: String,
    quantity: String,
    unit_price_cents: i64,
    note: Option<String>,
}

impl From<Line> for Line4 {
    fn from(line: Line) -> Self {
        let Line { sku_code, title, quantity, unit_price, priority, note } = line;
        Self { sku_code, title, quantity, unit_price_cents: unit_price.value, priority, note }
    }
}

impl From<Line4> for Line3 {
    fn from(line: Line4) -> Self {
        let Line4 { sku_code, title, quantity, unit_price_cents, priority: _, note } = line;
        Self { sku_code, title, quantity, unit_price_cents, note }
    }
}

impl From<Line3> for Line2 {
    fn from(line: Line3) -> Self {
        let Line3 { sku_code: sku, title, quantity, unit_price_cents, note } = line;
        Self { sku, title, quantity, unit_price_cents, note }
    }
}

impl From<Line2> for Line1 {
    fn from(line: Line2) -> Self {
        let Line2 { sku, title, quantity, unit_price_cents, note } = line;
        Self { sku, title, quantity: quantity.to_string(), unit_price_cents, note }
    }
}

impl From<Line1> for Line0 {
    fn from(line: Line1) -> Self {
        let Line1 { sku, title: description, quantity, unit_price_cents, note } = line;
        Self { sku, description, quantity, unit_price_cents, note }
    }
}

impl From<Line4> for Line {
    fn from(line: Line4) -> Self {
        let Line4 { sku_code, title, quantity, unit_price_cents, priority, note } = line;
        Self { sku_code, title, quantity, unit_price: Money::euros(unit_price_cents), priority, note }
    }
}

impl From<Line3> for Line4 {
    fn from(line: Line3) -> Self {
        let Line3 { sku_code, title, quantity, unit_price_cents, note } = line;
        Self { sku_code, title, quantity, unit_price_cents, priority: 3, note }
    }
}

impl From<Line2> for Line3 {
    fn from(line: Line2) -> Self {
        let Line2 { sku: sku_code, title, quantity, unit_price_cents, note } = line;
        Self { sku_code, title, quantity, unit_price_cents, note }
    }
}

impl From<Line1> for Line2 {
    fn from(line: Line1) -> Self {
        let Line1 { sku, title, quantity, unit_price_cents, note } = line;
        Self { sku, title, quantity: quantity.parse().unwrap_or(0), unit_price_cents, note }
    }
}

impl From<Line0> for Line1 {
    fn from(line: Line0) -> Self {
        let Line0 { sku, description: title, quantity, unit_price_cents, note } = line;
        Self { sku, title, quantity, unit_price_cents, note }
    }
}

impl Money {
    pub(super) fn euros(value: i64) -> Self {
        Self { value, currency: "EUR".to_owned() }
    }

    pub(super) fn cents(&self) -> i64 {
        self.value
    }
}

impl From<Line> for Line3 {
    fn from(line: Line) -> Self {
        Line4::from(line).into()
    }
}

impl From<Line> for Line0 {
    fn from(line: Line) -> Self {
        Line1::from(Line2::from(Line3::from(line))).into()
    }
}

impl From<Line3> for Line {
    fn from(line: Line3) -> Self {
        Line4::from(line).into()
    }
}

impl From<Line0> for Line {
    fn from(line: Line0) -> Self {
        Line3::from(Line2::from(Line1::from(line))).into()
    }
}

impl Order<Line> {
    /// An order of twenty lines.
    pub(super) fn of_twenty() -> Self {
        let line = |number: u32| Line {
            sku_code: format!("sku-{number:04}"),
            title: "Touring wheel, 700c".to_owned(),
            quantity: number + 1,
            unit_price: Money::euros(14_975 + i64::from(number)),
            priority: 3,
            note: number.is_multiple_of(2).then(|| "leave at the back door".to_owned()),
        };
        Self { id: 417, items: (0..20).map(line).collect() }
    }
}
