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

/// How many versions behind a client may be. With a version each month up to the newest change, the last two are from
/// before the oldest change.
pub(super) const DISTANCES: [u32; 7] = [1, 2, 5, 10, 20, 50, 100];

/// The years and months of the changes, newest first.
const CHANGES: [(u32, u32); 5] = [(2024, 3), (2023, 1), (2022, 1), (2021, 1), (2020, 2)];

/// The year and the month of the version that is so many versions behind.
const fn month(versions: u32) -> (u32, u32) {
    let month = 2024 * 12 + 2 - versions;
    (month / 12, month % 12 + 1)
}

pub(super) const fn behind(versions: u32) -> Date {
    let (year, month) = month(versions);
    match Date::from_ymd(year, month, 1) {
        Some(date) => date,
        None => unreachable!(),
    }
}

/// How many of the changes stand between that version and the head.
pub(super) fn changes(versions: u32) -> usize {
    CHANGES.iter().filter(|changed| **changed > month(versions)).count()
}

pub(super) fn order() -> Order<Line> {
    Order::of_twenty().map(|line| {
        let line::Line { sku_code, title, quantity, unit_price, priority, note } = line;
        Line { sku_code, title, quantity, unit_price, priority, note }
    })
}
