//! A body of twenty items, written for clients that are more and more versions behind.

use super::Table;
use super::distances::{self, Way};
use super::line::{Line, Line0, Line3, Line4, Order};
use super::versioned_line::{self as versioned, DISTANCES, behind, changes};
use serde_json::{Map, Value};
use steadfast::at_version;

const CALLS_A_ROUND: u32 = 500;
const HEAD: &str = "head, nothing to convert";

pub(super) fn table() -> Table {
    let mut table = Table::new(CALLS_A_ROUND);
    let order = Order::of_twenty;
    table.row(HEAD, order, |order| serde_json::to_vec(&order));
    for versions in DISTANCES {
        let changes = changes(versions);
        table.row(distances::row(Way::Declared, versions), versioned::order, move |order| {
            at_version(behind(versions), || serde_json::to_vec(&order))
        });
        table.row(distances::row(Way::Structs, versions), order, move |order| by_hand(order, changes));
        table.row(distances::row(Way::Values, versions), order, move |order| edited(&order, changes));
    }
    for versions in [1, 50] {
        for way in Way::ALL {
            let row = distances::row(way, versions);
            table.above(format!("above head: {row}"), row, HEAD);
        }
    }
    table
}

/// Converted struct by struct.
fn by_hand(order: Order<Line>, changes: usize) -> serde_json::Result<Vec<u8>> {
    match changes {
        1 => serde_json::to_vec(&order.map(Line4::from)),
        2 => serde_json::to_vec(&order.map(Line3::from)),
        _ => serde_json::to_vec(&order.map(Line0::from)),
    }
}

/// The changes of a line, newest first.
const EDITS: [fn(&mut Map<String, Value>); 5] = [
    |line| {
        let price = line.remove("unit_price").and_then(|mut price| price.get_mut("value").map(Value::take));
        line.insert("unit_price_cents".to_owned(), price.unwrap_or_default());
    },
    |line| drop(line.remove("priority")),
    |line| rename(line, "sku_code", "sku"),
    |line| {
        if let Some(quantity) = line.get_mut("quantity") {
            *quantity = Value::String(quantity.to_string());
        }
    },
    |line| rename(line, "title", "description"),
];

fn rename(line: &mut Map<String, Value>, from: &str, to: &str) {
    let value = line.remove(from).unwrap_or_default();
    line.insert(to.to_owned(), value);
}

fn edited(order: &Order<Line>, edits: usize) -> serde_json::Result<Vec<u8>> {
    let mut order = serde_json::to_value(order)?;
    // As frameworks that edit trees do it: change by change over the whole body.
    for edit in &EDITS[..edits] {
        let items = order.get_mut("items").and_then(Value::as_array_mut);
        items.into_iter().flatten().filter_map(Value::as_object_mut).for_each(edit);
    }
    serde_json::to_vec(&order)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_ways_of_downgrading_write_the_same_body() {
        let value = |json: Vec<u8>| serde_json::from_slice::<Value>(&json).unwrap();
        let order = Order::of_twenty();
        for versions in DISTANCES {
            let changes = changes(versions);
            let by_hand = by_hand(order.clone(), changes).unwrap();
            let declared = at_version(behind(versions), || serde_json::to_vec(&versioned::order()));
            assert_eq!(by_hand, declared.unwrap(), "{versions}");
            assert_eq!(value(by_hand), value(edited(&order, changes).unwrap()), "{versions}");
        }
    }
}
