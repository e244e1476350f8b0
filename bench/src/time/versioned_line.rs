//! The same line with its history declared.

use super::line::{self, Money, Order};
use serde::{Deserialize, Serialize};
use steadfast::{Date, versioned};

#[versioned]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Line {
    #[renamed(in = "2022-01-01", was(sku))]
    sku_code: String,
    #[renamed(in = "2020-02-01", was(description))]
    title: String,
    #[changed(in = "2021-01-01", was(quantity: String), upgrade = |text| text.parse(), downgrade = u32::to_string)]
    quantity: u32,
    #[changed(in = "2024-03-01", was(unit_price_cents: i64), upgrade = Money::euros, downgrade = Money::cents)]
    unit_price: Money,
    #[added(in = "2023-01-01", default = 3)]
    priority: u8,
    note: Option<String>,
}

/// With a version each month up to the newest change, this is one version away from the head.
pub(super) const ONE_AWAY: Date = date(2024, 2);
pub(super) const FIFTY_AWAY: Date = date(2020, 1);

const fn date(year: u32, month: u32) -> Date {
    match Date::from_ymd(year, month, 1) {
        Some(date) => date,
        None => unreachable!(),
    }
}

pub(super) fn order() -> Order<Line> {
    Order::of_twenty().map(|line| {
        let line::Line { sku_code, title, quantity, unit_price, priority, note } = line;
        Line { sku_code, title, quantity, unit_price, priority, note }
    })
}
